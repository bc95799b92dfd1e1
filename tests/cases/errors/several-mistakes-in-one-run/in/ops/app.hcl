terraform "app" {
  replicas = 3

  inputs = {
    replicsa   = 3
    node_pool  = []
    network_id = terraform.network.ids
    tags       = { a = local.tgas.team }
  }
}
