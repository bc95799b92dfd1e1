terraform "network" {
  state = "platform"
}

terraform "dns" {
  source = "./modules/network"
  state  = "platform"

  inputs = {
    name = "${env.name}-${terraform.network.id}"
  }
}
