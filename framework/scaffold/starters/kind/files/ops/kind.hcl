# Only what differs in ops: sizes.
terraform "kind_gc0" {
  inputs = {
    workers = [{ labels = { "topology.kubernetes.io/zone" = "a" } }]
  }
}
