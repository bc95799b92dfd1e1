# Only what differs in ops: sizes.
terraform "cluster" {
  inputs = {
    # Pools are told apart by name; what is not named here stays as it is.
    node_pools = merge_by("name", [
      { name = "default", machine = "standard-2", min_size = 1, max_size = 3 },
      { name = "batch", max_size = 2 },
    ])

    # Back to the module's own default.
    log_retention_days = unset

    # Taken whole: nothing of base's backup schedule remains.
    backup              = override({ enabled = false })
    deletion_protection = false
  }
}

terraform "dns" {
  inputs = { ttl = 60 }
}
