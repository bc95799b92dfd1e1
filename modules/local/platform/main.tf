module "metadata" {
  source = "../../metadata"

  name_prefix   = var.name_prefix
  environment   = var.environment
  region        = var.region
  base_domain   = var.base_domain
  provider_name = "local"
  max_length    = 40
  extra_tags    = var.extra_tags
}

locals {
  zones = sort(keys(var.network.subnets))
}

resource "terraform_data" "cluster" {
  input = {
    name                = module.metadata.name
    version             = var.kubernetes_version
    network             = var.network
    endpoint            = var.endpoint
    maintenance         = var.maintenance
    log_types           = sort(var.log_types)
    log_retention_days  = var.log_retention_days
    deletion_protection = var.deletion_protection
    tags                = module.metadata.tags
  }
}

resource "terraform_data" "node_pool" {
  for_each = { for pool in var.node_pools : pool.name => pool }

  input = {
    cluster = terraform_data.cluster.id
    name    = "${module.metadata.name}-${each.key}"
    machine = each.value.machine
    size    = { min = each.value.min_size, max = each.value.max_size }
    disk    = each.value.disk_gib
    zones   = local.zones
    labels  = merge(module.metadata.labels, each.value.labels)
    taints  = each.value.taints
  }

  # A machine cannot be exchanged under a running node.
  triggers_replace = [each.value.machine, each.value.disk_gib]
}

resource "terraform_data" "backup" {
  count = var.backup.enabled ? 1 : 0

  input = {
    cluster     = terraform_data.cluster.id
    every_hours = var.backup.every_hours
    keep        = var.backup.keep
  }
}
