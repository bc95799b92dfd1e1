terraform "app" {
  inputs = {
    network_id = unset
    node_pool = { max_size = unset }
  }
}
