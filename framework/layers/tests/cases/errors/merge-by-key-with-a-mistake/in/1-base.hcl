terraform "web" {
  inputs = {
    pools = [{ name = "a" }]
  }
}
