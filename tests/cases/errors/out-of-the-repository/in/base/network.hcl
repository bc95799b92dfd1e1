terraform "network" {
  source = "./../other/modules/network"
}
