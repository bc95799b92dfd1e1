terraform "web" {
  inputs = {
    pools = [{ name = "a" }, { name = "a" }]
  }
}
