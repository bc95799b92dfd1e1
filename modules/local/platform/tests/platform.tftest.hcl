variables {
  name_prefix = "gc0"
  environment = "ops"
  region      = "local"
  base_domain = "infra.acme.example"
  network     = { id = "net", subnets = { "local-b" = "10.0.16.0/20", "local-a" = "10.0.0.0/20" } }
  node_pools  = [{ name = "default", machine = "small", min_size = 1, max_size = 3 }]
}

run "defaults" {
  assert {
    condition     = output.name == "gc0-ops-local" && output.endpoint == "https://gc0-local.ops.infra.acme.example:6443"
    error_message = "Wrong name or endpoint."
  }
  assert {
    condition     = output.zones == tolist(["local-a", "local-b"]) && output.node_pools.default.max == 3
    error_message = "Zones come from the network, pools from node_pools."
  }
  assert {
    condition     = length(terraform_data.backup) == 1 && terraform_data.cluster.input.deletion_protection
    error_message = "Backups and deletion protection are on by default."
  }
  assert {
    condition     = !terraform_data.cluster.input.endpoint.public
    error_message = "The API is private by default."
  }
}

run "everything_set" {
  variables {
    kubernetes_version  = "1.34"
    endpoint            = { public = true, allowed_cidrs = ["198.51.100.0/24"] }
    maintenance         = { day = "saturday", hour = 22, hours = 6, exclusions = [{ name = "freeze", start = "2026-12-20T00:00:00Z", end = "2027-01-04T00:00:00Z" }] }
    log_types           = ["audit"]
    log_retention_days  = 90
    backup              = { enabled = false, every_hours = 6, keep = 30 }
    deletion_protection = false
    extra_tags          = { team = "platform" }
    node_pools = [
      { name = "default", machine = "small", min_size = 1, max_size = 3 },
      { name = "batch", machine = "large", min_size = 0, max_size = 9, disk_gib = 200, labels = { role = "batch" }, taints = [{ key = "role", value = "batch", effect = "NoSchedule" }] },
    ]
  }

  assert {
    condition     = length(terraform_data.backup) == 0 && length(terraform_data.node_pool) == 2
    error_message = "No backup when disabled; one resource a pool."
  }
  assert {
    condition     = terraform_data.node_pool["batch"].input.labels.role == "batch" && terraform_data.node_pool["batch"].input.disk == 200 && length(terraform_data.node_pool["batch"].input.taints) == 1
    error_message = "Labels, disk and taints reach the pool."
  }
  assert {
    condition     = terraform_data.cluster.input.version == "1.34" && terraform_data.cluster.input.log_retention_days == 90 && terraform_data.cluster.input.tags.team == "platform" && terraform_data.cluster.input.maintenance.hour == 22
    error_message = "Inputs reach the cluster."
  }
}

run "backup_schedule" {
  variables {
    backup = { every_hours = 6, keep = 30 }
  }

  assert {
    condition     = terraform_data.backup[0].input.every_hours == 6 && terraform_data.backup[0].input.keep == 30
    error_message = "The schedule reaches the backup."
  }
}

run "refuses" {
  command = plan

  variables {
    extra_tags         = { CostCenter = "Platform" }
    network            = { id = "net", subnets = {} }
    kubernetes_version = "1.33.1"
    endpoint           = { public = true }
    node_pools         = []
    maintenance        = { day = "someday" }
    log_types          = ["everything"]
    log_retention_days = 1
    backup             = { keep = 0 }
  }

  expect_failures = [
    var.extra_tags,
    var.network,
    var.kubernetes_version,
    var.endpoint,
    var.node_pools,
    var.maintenance,
    var.log_types,
    var.log_retention_days,
    var.backup,
  ]
}

run "refuses_the_world" {
  command = plan
  variables {
    endpoint = { public = true, allowed_cidrs = ["0.0.0.0/0"] }
  }
  expect_failures = [var.endpoint]
}

run "refuses_pool_twice" {
  command = plan
  variables {
    node_pools = [
      { name = "default", machine = "small", min_size = 1, max_size = 3 },
      { name = "default", machine = "large", min_size = 1, max_size = 3 },
    ]
  }
  expect_failures = [var.node_pools]
}

run "refuses_pool_name" {
  command = plan
  variables {
    node_pools = [{ name = "Default", machine = "small", min_size = 1, max_size = 3 }]
  }
  expect_failures = [var.node_pools]
}

run "refuses_pool_sizes" {
  command = plan
  variables {
    node_pools = [{ name = "default", machine = "small", min_size = 4, max_size = 3 }]
  }
  expect_failures = [var.node_pools]
}

run "refuses_pool_disk" {
  command = plan
  variables {
    node_pools = [{ name = "default", machine = "small", min_size = 1, max_size = 3, disk_gib = 1 }]
  }
  expect_failures = [var.node_pools]
}

run "refuses_taint_effect" {
  command = plan
  variables {
    node_pools = [{ name = "default", machine = "small", min_size = 1, max_size = 3, taints = [{ key = "a", effect = "Never" }] }]
  }
  expect_failures = [var.node_pools]
}

run "refuses_window" {
  command = plan
  variables {
    maintenance = { hour = 24 }
  }
  expect_failures = [var.maintenance]
}

run "refuses_exclusion" {
  command = plan
  variables {
    maintenance = { exclusions = [{ name = "freeze", start = "2027-01-04T00:00:00Z", end = "2026-12-20T00:00:00Z" }] }
  }
  expect_failures = [var.maintenance]
}
