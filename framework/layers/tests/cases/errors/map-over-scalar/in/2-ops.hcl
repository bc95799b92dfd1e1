terraform "web" {
  inputs = {
    node_pool = { size = 3 }
  }
}
