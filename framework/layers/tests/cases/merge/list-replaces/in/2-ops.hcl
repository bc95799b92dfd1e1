terraform "web" {
  inputs = {
    zones = ["d"]
  }
}
