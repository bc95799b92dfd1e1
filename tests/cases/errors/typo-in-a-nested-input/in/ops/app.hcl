terraform "app" {
  inputs = {
    node_pool = { min_sise = 3 }
  }
}
