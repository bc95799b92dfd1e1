terraform "web" {
  inputs = {
    pools = [
      { name = "a", size = 1, zones = [1] },
      { name = "b", size = 2 },
    ]
  }
}
