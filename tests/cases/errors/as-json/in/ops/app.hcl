terraform "app" {
  inputs = {
    replicsa = 3
    node_pool = []
  }
}
