terraform "dns" {
  source = "./modules/network"

  inputs = {
    name = terraform.app.id
  }
}
