terraform "web" {
  inputs = {
    pools = [{ name = "a", v = 1 }]
  }
}
