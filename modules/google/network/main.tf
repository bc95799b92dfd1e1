module "metadata" {
  source = "../../metadata"

  name_prefix   = var.name_prefix
  environment   = var.environment
  region        = var.region
  provider_name = "google"
  # Names have 63 characters; the longest ending added here has 11.
  max_length = 52
  extra_tags = var.extra_tags
}

locals {
  name       = module.metadata.name
  labels     = module.metadata.tags
  network_id = var.existing_network == null ? google_compute_network.this[0].id : var.existing_network.id

  # Endings with two digits keep the order of ten and more.
  nat_names = [for index in range(var.nat.enabled ? var.nat.address_count : 0) : format("%s-nat-%02d", local.name, index)]
  addresses = concat(var.nat.addresses, [for name in local.nat_names : google_compute_address.nat[name].self_link])
}

resource "google_compute_network" "this" {
  count = var.existing_network == null ? 1 : 0

  project                 = var.project_id
  name                    = local.name
  auto_create_subnetworks = false
  routing_mode            = var.routing_mode
}

resource "google_compute_subnetwork" "nodes" {
  project                  = var.project_id
  region                   = var.region
  network                  = local.network_id
  name                     = "${local.name}-nodes"
  ip_cidr_range            = var.node_cidr
  private_ip_google_access = true

  secondary_ip_range {
    range_name    = "pods"
    ip_cidr_range = var.pod_cidr
  }

  secondary_ip_range {
    range_name    = "services"
    ip_cidr_range = var.service_cidr
  }

  dynamic "log_config" {
    for_each = var.flow_logs.enabled ? [var.flow_logs] : []

    content {
      aggregation_interval = log_config.value.interval
      flow_sampling        = log_config.value.sampling
      metadata             = "INCLUDE_ALL_METADATA"
    }
  }
}

resource "google_compute_subnetwork" "proxies" {
  count = var.proxy_cidr == null ? 0 : 1

  project       = var.project_id
  region        = var.region
  network       = local.network_id
  name          = "${local.name}-proxies"
  ip_cidr_range = var.proxy_cidr
  purpose       = "REGIONAL_MANAGED_PROXY"
  role          = "ACTIVE"
}

resource "google_compute_router" "this" {
  count = var.nat.enabled ? 1 : 0

  project = var.project_id
  region  = var.region
  network = local.network_id
  name    = "${local.name}-router"

  bgp {
    asn               = var.router.asn
    advertise_mode    = var.router.mode
    advertised_groups = var.router.mode == "CUSTOM" ? var.router.groups : null

    dynamic "advertised_ip_ranges" {
      for_each = var.router.ranges

      content {
        range       = advertised_ip_ranges.key
        description = advertised_ip_ranges.value
      }
    }
  }
}

resource "google_compute_address" "nat" {
  for_each = toset(local.nat_names)

  project = var.project_id
  region  = var.region
  name    = each.key
  labels  = local.labels
}

resource "google_compute_router_nat" "this" {
  count = var.nat.enabled ? 1 : 0

  project                             = var.project_id
  region                              = var.region
  router                              = google_compute_router.this[0].name
  name                                = "${local.name}-nat"
  nat_ip_allocate_option              = length(local.addresses) > 0 ? "MANUAL_ONLY" : "AUTO_ONLY"
  nat_ips                             = length(local.addresses) > 0 ? local.addresses : null
  min_ports_per_vm                    = var.nat.min_ports_per_vm
  enable_endpoint_independent_mapping = var.nat.endpoint_independent_mapping
  source_subnetwork_ip_ranges_to_nat  = "LIST_OF_SUBNETWORKS"

  subnetwork {
    name                    = google_compute_subnetwork.nodes.id
    source_ip_ranges_to_nat = ["ALL_IP_RANGES"]
  }

  log_config {
    enable = true
    filter = "ERRORS_ONLY"
  }
}
