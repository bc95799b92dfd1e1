module "metadata" {
  source = "../../metadata"

  name_prefix   = var.name_prefix
  environment   = var.environment
  region        = var.region
  provider_name = "local"
}

locals {
  # By position, so that a zone added at the end moves no other subnet.
  subnets = { for index, zone in var.zones : zone => cidrsubnet(var.cidr, var.subnet_bits, index) }
}

resource "terraform_data" "network" {
  input = {
    name = module.metadata.name
    cidr = var.cidr
    tags = module.metadata.tags
  }
}

resource "terraform_data" "subnet" {
  for_each = local.subnets

  input = {
    name    = "${module.metadata.name}-${each.key}"
    network = terraform_data.network.id
    zone    = each.key
    cidr    = each.value
  }
}
