terraform "network" {
  source = "./modules/network
}
