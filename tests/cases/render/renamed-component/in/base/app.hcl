locals {
  tags = {
    environment = env.name
    team        = "platform"
  }
}

terraform "service" {
  renamed_from = "app"
  source = "./modules/app"

  inputs = {
    network_id = terraform.network.id
    tags       = local.tags
    node_pool = {
      instance_types = ["large"]
      min_size       = 3
      max_size       = 18
    }
  }
}
