terraform "network" {
  inputs = {
    name  = override("fixed")
    zones = append(["d"])
  }
}
