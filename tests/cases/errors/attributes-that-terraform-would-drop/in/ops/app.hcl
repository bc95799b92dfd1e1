locals {
  pool = {
    instance_types = ["large"]
    min_size       = 1
    max_size       = 2
    owner          = "web"
  }
}

terraform "app" {
  inputs = {
    node_pool = {
      spott  = true
      colour = "red"
    }
  }
}

terraform "handed-on" {
  source = "./modules/app"

  inputs = {
    network_id = "n"
    node_pool  = local.pool
  }
}
