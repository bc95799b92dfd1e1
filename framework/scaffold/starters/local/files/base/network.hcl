terraform "network" {
  source = "./modules/local/network"

  inputs = {
    name_prefix = "net"
    environment = env.name
    region      = env.region
    cidr        = "10.16.0.0/16"
    zones       = local.zones
  }
}
