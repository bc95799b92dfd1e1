# Only what differs in ops: sizes and protection.
terraform "azure_network" {
  inputs = {
    nat = { address_count = 1 }
  }
}

terraform "aks_gc0" {
  inputs = {
    tier                = "Free"
    deletion_protection = false

    node_pool = {
      vm_size  = "Standard_D2ds_v6"
      min_size = 1
      max_size = 3
      disk     = { size_gib = 64 }
    }
  }
}
