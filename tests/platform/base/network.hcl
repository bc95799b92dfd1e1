terraform "network" {
  source = "./modules/network"

  inputs = {
    name  = "${env.name}-network"
    zones = ["a", "b", "c"]
  }
}
