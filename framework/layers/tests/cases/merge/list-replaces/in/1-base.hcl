terraform "web" {
  inputs = {
    zones = ["a", "b", "c"]
  }
}
