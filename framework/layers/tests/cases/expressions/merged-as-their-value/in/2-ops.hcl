terraform "web" {
  inputs = {
    tags = { b = 20, c = 30 }
    zones = append(["C"])
  }
}
