terraform "network" {
  state = "platform"
}

terraform "dns" {
  source = "./modules/network"
  state  = "platform"

  inputs = {
    name = terraform.app.id
  }
}
