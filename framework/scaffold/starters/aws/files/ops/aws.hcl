# Only what differs in ops: sizes and protection.
terraform "aws_network" {
  inputs = {
    nat       = { mode = "single" }
    flow_logs = { retention_days = 14 }
  }
}

terraform "eks_gc0" {
  inputs = {
    logs                = { retention_days = 30 }
    deletion_protection = false

    node_pool = {
      instance_types = ["t3a.large", "t3.large"]
      min_size       = 2
      max_size       = 4
      disk           = { size_gib = 50 }
    }
  }
}
