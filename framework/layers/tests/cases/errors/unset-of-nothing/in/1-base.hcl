terraform "web" {
  inputs = {
    a = 1
    node_pool = { size = 1 }
  }
}
