terraform "app" {
  patch = [{ op = "replace", path = "/node_pool/min_size", value = 2 }]
}
