# Over base/services.yaml: the two languages mean the same and merge freely.
terraform "services" {
  inputs = {
    services = merge_by("name", [
      { name = "catalog", replicas = 1 },
      { name = "worker", replicas = 1 },
    ])
  }
}
