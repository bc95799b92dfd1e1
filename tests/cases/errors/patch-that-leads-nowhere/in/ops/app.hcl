terraform "app" {
  patch = [{ op = "replace", path = "/node_pool/min_sise", value = 1 }]
}
