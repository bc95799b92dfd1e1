terraform "web" {
  source = "./modules/network"
  inputs = { name = "x" }
}
