terraform "app" {
  inputs = {
    node_pool = ["small"]
    tags = "none"
  }
}
