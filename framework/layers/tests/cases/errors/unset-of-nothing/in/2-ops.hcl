terraform "web" {
  inputs = {
    b = unset
    node_pool = { sise = unset }
  }
}
