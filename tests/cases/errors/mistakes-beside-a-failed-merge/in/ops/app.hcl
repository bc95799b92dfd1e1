terraform "app" {
  inputs = {
    replicsa  = 3
    replicas  = "many"
    node_pool = []
  }
}
