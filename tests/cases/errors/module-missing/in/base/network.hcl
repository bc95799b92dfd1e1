terraform "network" {
  source = "./modules/netwrok"
}
