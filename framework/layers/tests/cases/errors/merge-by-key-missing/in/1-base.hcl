terraform "web" {
  inputs = {
    pools = [{ name = "a" }, { nam = "b" }]
  }
}
