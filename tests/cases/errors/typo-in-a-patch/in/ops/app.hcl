terraform "app" {
  patch = [{ op = "replce", path = "/node_pool", vale = 1 }]
}
