terraform "network" {
  source    = "./modules/network"
  providers = { aws = provider.aws, aws.zone = provider.aws.dns }

  inputs = {
    name = "n"
  }
}
