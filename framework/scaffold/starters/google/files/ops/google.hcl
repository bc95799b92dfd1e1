# Only what differs in ops: sizes and protection.
terraform "google_network" {
  inputs = {
    nat       = { address_count = 1 }
    flow_logs = { sampling = 0.1 }
  }
}

terraform "gke_gc0" {
  inputs = {
    deletion_protection = false

    node_pool = {
      machine_type = "e2-standard-2"
      max_size     = 2
      disk         = { size_gb = 50, type = "pd-balanced" }
    }
  }
}
