mock_provider "google" {}

variables {
  name_prefix = "net"
  environment = "ops"
  region      = "europe-west1"
  project_id  = "acme-platform"
}

run "defaults" {
  assert {
    condition     = !google_compute_network.this[0].auto_create_subnetworks && google_compute_network.this[0].name == "net-ops-europe-west1" && google_compute_network.this[0].routing_mode == "REGIONAL"
    error_message = "A VPC in custom mode."
  }
  assert {
    condition     = google_compute_subnetwork.nodes.secondary_ip_range[0].range_name == "pods" && google_compute_subnetwork.nodes.secondary_ip_range[1].ip_cidr_range == "10.96.0.0/20" && google_compute_subnetwork.nodes.private_ip_google_access
    error_message = "Named secondary ranges, and Google's APIs without public addresses."
  }
  assert {
    condition     = google_compute_router_nat.this[0].nat_ip_allocate_option == "AUTO_ONLY" && length(google_compute_address.nat) == 0 && google_compute_router.this[0].bgp[0].asn == 64514
    error_message = "A way out with addresses that Google chooses."
  }
  assert {
    condition     = google_compute_subnetwork.nodes.log_config[0].flow_sampling == 0.5 && length(google_compute_subnetwork.proxies) == 0 && length(output.nat_ips) == 0
    error_message = "Flow logs, and no proxies that were not asked for."
  }
}

run "everything_set" {
  variables {
    node_cidr    = "172.16.0.0/22"
    pod_cidr     = "172.20.0.0/16"
    service_cidr = "172.21.0.0/22"
    proxy_cidr   = "172.16.8.0/24"
    routing_mode = "GLOBAL"
    nat          = { address_count = 2, min_ports_per_vm = 128, endpoint_independent_mapping = true }
    router       = { asn = 64600, mode = "CUSTOM", groups = ["ALL_SUBNETS"], ranges = { "192.0.2.0/24" = "office" } }
    flow_logs    = { sampling = 1, interval = "INTERVAL_5_SEC" }
    extra_tags   = { team = "platform" }
  }

  assert {
    condition     = google_compute_router_nat.this[0].nat_ip_allocate_option == "MANUAL_ONLY" && length(output.nat_ips) == 2 && google_compute_router_nat.this[0].min_ports_per_vm == 128 && google_compute_router_nat.this[0].enable_endpoint_independent_mapping
    error_message = "Static addresses."
  }
  assert {
    condition     = google_compute_address.nat["net-ops-europe-west1-nat-01"].labels.team == "platform" && google_compute_subnetwork.proxies[0].purpose == "REGIONAL_MANAGED_PROXY" && google_compute_network.this[0].routing_mode == "GLOBAL"
    error_message = "Labels, proxies and routing."
  }
  assert {
    condition     = one(google_compute_router.this[0].bgp[0].advertised_ip_ranges).range == "192.0.2.0/24" && google_compute_router.this[0].bgp[0].advertised_groups == tolist(["ALL_SUBNETS"])
    error_message = "What the router advertises."
  }
  assert {
    condition     = google_compute_subnetwork.nodes.ip_cidr_range == "172.16.0.0/22" && google_compute_subnetwork.nodes.log_config[0].aggregation_interval == "INTERVAL_5_SEC"
    error_message = "Ranges and flow logs."
  }
}

run "existing" {
  variables {
    existing_network = { id = "projects/acme/global/networks/shared" }
    nat              = { addresses = ["https://example/addresses/a"] }
    flow_logs        = { enabled = false }
  }
  assert {
    condition     = length(google_compute_network.this) == 0 && output.network_id == "projects/acme/global/networks/shared" && google_compute_router_nat.this[0].nat_ips == toset(["https://example/addresses/a"]) && length(google_compute_address.nat) == 0
    error_message = "What is passed in is used, not made."
  }
  assert {
    condition     = length(google_compute_subnetwork.nodes.log_config) == 0
    error_message = "Flow logs can be left out."
  }
}

run "no_way_out" {
  variables {
    nat = { enabled = false, address_count = 2 }
  }
  assert {
    condition     = length(google_compute_router.this) == 0 && length(google_compute_router_nat.this) == 0 && length(google_compute_address.nat) == 0
    error_message = "No router, gateway or addresses."
  }
}

run "refuses" {
  command = plan
  variables {
    extra_tags   = { CostCenter = "Platform" }
    region       = "Europe"
    project_id   = "acme"
    proxy_cidr   = "10.0.0.0/28"
    routing_mode = "LOCAL"
    nat          = { address_count = 2, addresses = ["a"] }
    router       = { asn = 1 }
    flow_logs    = { sampling = 2 }
  }
  expect_failures = [
    var.extra_tags,
    var.region,
    var.project_id,
    var.proxy_cidr,
    var.routing_mode,
    var.nat,
    var.router,
    var.flow_logs,
  ]
}

run "refuses_ranges" {
  command = plan
  variables {
    node_cidr = "10.0.0.0/8"
    pod_cidr  = "10.64.0.0/24"
  }
  expect_failures = [var.node_cidr, var.pod_cidr]
}

run "refuses_service_range" {
  command = plan
  variables {
    service_cidr = "10.96.0.1/20"
  }
  expect_failures = [var.service_cidr]
}

run "refuses_overlap" {
  command = plan
  variables {
    service_cidr = "10.65.0.0/20"
  }
  expect_failures = [var.service_cidr]
}

run "refuses_ports" {
  command = plan
  variables {
    nat = { min_ports_per_vm = 1 }
  }
  expect_failures = [var.nat]
}

run "refuses_ranges_without_custom_mode" {
  command = plan
  variables {
    router = { ranges = { "192.0.2.0/24" = "office" } }
  }
  expect_failures = [var.router]
}
