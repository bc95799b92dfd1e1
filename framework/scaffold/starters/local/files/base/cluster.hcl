# The cluster and its zone share one state: they are planned and applied
# together. What they read of the network comes from the network's state.
terraform "cluster" {
  source = "./modules/local/platform"
  state  = "platform"

  inputs = {
    name_prefix        = "gc0"
    environment        = env.name
    region             = env.region
    base_domain        = platform.base_domain
    kubernetes_version = "1.33"

    network = {
      id      = terraform.network.id
      subnets = terraform.network.subnets
    }

    node_pools = [
      {
        name     = "default"
        machine  = "standard-4"
        min_size = 3
        max_size = 18
        disk_gib = 100
        labels   = { workload = "general" }
      },
      {
        name     = "batch"
        machine  = "compute-8"
        min_size = 0
        max_size = 12
        taints   = [{ key = "workload", value = "batch", effect = "NoSchedule" }]
      },
    ]

    maintenance = {
      day        = "sunday"
      hour       = 3
      exclusions = []
    }

    log_types           = ["api", "audit", "authenticator"]
    log_retention_days  = 90
    backup              = { every_hours = 6, keep = 28 }
    deletion_protection = true
    extra_tags          = local.tags
  }
}

terraform "dns" {
  source = "./modules/local/dns"
  state  = "platform"

  inputs = {
    domain = "${env.name}.${platform.base_domain}"
    ttl    = 300

    records = {
      "@" = { type = "A", values = ["192.0.2.10"] }
      "*" = { type = "CNAME", values = [terraform.cluster.fqdn] }
    }
  }
}
