terraform "app" {
  patch = [
    { op = "test", path = "/node_pool/min_size", value = 4 },
    { op = "replace", path = "/node_pool/min_size", value = 1 },
  ]
}
