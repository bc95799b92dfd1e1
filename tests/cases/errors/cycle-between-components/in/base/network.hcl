terraform "network" {
  source = "./modules/network"

  inputs = {
    name = terraform.dns.id
  }
}
