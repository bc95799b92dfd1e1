terraform "app" {
  inputs = {
    replicas = "many"
    node_pool = { min_size = [1] }
  }
}
