terraform "App" {
  source = "./modules/network"
  inputs = { name = "x" }
}
