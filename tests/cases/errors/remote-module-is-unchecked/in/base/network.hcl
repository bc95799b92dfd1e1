terraform "network" {
  source  = "acme/network/local"
  version = "1.2.3"

  inputs = {
    name = "x"
  }
}
