terraform "web" {
  inputs = {
    node_pool = "large"
  }
}
