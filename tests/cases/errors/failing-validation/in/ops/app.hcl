terraform "app" {
  inputs = {
    node_pool = { min_size = 19 }
  }
}
