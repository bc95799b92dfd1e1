mock_provider "google" {
  mock_resource "google_service_account" {
    defaults = { email = "nodes@acme-platform.iam.gserviceaccount.com" }
  }
  mock_resource "google_container_cluster" {
    defaults = {
      id             = "projects/acme-platform/locations/europe-west1/clusters/gc0"
      endpoint       = "10.0.0.2"
      master_version = "1.34.1-gke.1"
      master_auth    = { cluster_ca_certificate = "Y2E=" }
      control_plane_endpoints_config = {
        dns_endpoint_config = { endpoint = "gke-1.europe-west1.gke.goog" }
      }
    }
  }
}

variables {
  name_prefix   = "gc0"
  environment   = "ops"
  region        = "europe-west1"
  project_id    = "acme-platform"
  network_id    = "projects/acme-platform/global/networks/net"
  subnetwork_id = "projects/acme-platform/regions/europe-west1/subnetworks/nodes"
  node_pool     = { machine_type = "n4-standard-4", min_size = 1, max_size = 3 }
}

run "defaults" {
  assert {
    condition     = output.name == "gc0-ops-europe-west1" && output.endpoint == "https://gke-1.europe-west1.gke.goog" && output.certificate_authority == "Y2E=" && output.ip_endpoint == "10.0.0.2" && output.location == "europe-west1"
    error_message = "Wrong outputs."
  }
  assert {
    condition     = google_container_cluster.this.private_cluster_config[0].enable_private_nodes && google_container_cluster.this.private_cluster_config[0].enable_private_endpoint && google_container_cluster.this.control_plane_endpoints_config[0].dns_endpoint_config[0].allow_external_traffic
    error_message = "Private nodes, no public address, the DNS-based endpoint."
  }
  assert {
    condition     = length(google_container_cluster.this.master_authorized_networks_config[0].cidr_blocks) == 0 && !google_container_cluster.this.master_authorized_networks_config[0].gcp_public_cidrs_access_enabled && google_container_cluster.this.master_authorized_networks_config[0].private_endpoint_enforcement_enabled
    error_message = "Nobody's range is let in by default."
  }
  assert {
    condition     = google_container_cluster.this.datapath_provider == "ADVANCED_DATAPATH" && google_container_cluster.this.workload_identity_config[0].workload_pool == "acme-platform.svc.id.goog" && google_container_cluster.this.enable_shielded_nodes
    error_message = "Dataplane V2, Workload Identity, Shielded Nodes."
  }
  assert {
    condition     = google_container_cluster.this.deletion_protection && google_container_cluster.this.remove_default_node_pool && google_container_cluster.this.release_channel[0].channel == "REGULAR" && !google_container_cluster.this.master_auth[0].client_certificate_config[0].issue_client_certificate
    error_message = "Protected, in a release channel, without client certificates."
  }
  assert {
    condition     = keys(google_project_iam_member.nodes) == ["roles/artifactregistry.reader", "roles/container.defaultNodeServiceAccount"] && google_service_account.nodes[0].account_id == "gc0-ops-europe-west1-nodes"
    error_message = "An account of the nodes' own, with little rights."
  }
  assert {
    condition     = google_container_cluster.this.maintenance_policy[0].recurring_window[0].recurrence == "FREQ=WEEKLY;BYDAY=SA,SU" && google_container_cluster.this.maintenance_policy[0].recurring_window[0].end_time == "2026-01-03T09:00:00Z"
    error_message = "Maintenance at the weekend."
  }
  assert {
    condition     = !google_container_cluster.this.rbac_binding_config[0].enable_insecure_binding_system_unauthenticated && google_container_cluster.this.anonymous_authentication_config[0].mode == "LIMITED" && google_container_cluster.this.binary_authorization[0].evaluation_mode == "DISABLED" && length(google_container_cluster.this.database_encryption) == 0
    error_message = "No rights for strangers."
  }
  assert {
    condition     = length(module.node_pool) == 1 && length(google_container_cluster.this.logging_config[0].enable_components) == 5 && google_container_cluster.this.gateway_api_config[0].channel == "CHANNEL_STANDARD" && google_container_cluster.this.addons_config[0].dns_cache_config[0].enabled
    error_message = "Pool, logs, Gateway API, DNS cache."
  }
}

run "everything_set" {
  variables {
    base_domain           = "infra.acme.example"
    zones                 = ["europe-west1-b", "europe-west1-c"]
    pod_range_name        = "p"
    service_range_name    = "s"
    release_channel       = "STABLE"
    min_version           = "1.34"
    endpoint              = { dns_external = false, private_cidrs = { "10.8.0.0/16" = "vpn" }, public_cidrs = { "198.51.100.0/24" = "office" }, global_access = true }
    secrets_key_id        = "projects/p/locations/l/keyRings/r/cryptoKeys/k"
    maintenance           = { days = ["TU"], start = "22:30", hours = 12, exclusions = { freeze = { start = "2026-12-18T00:00:00Z", end = "2027-01-04T00:00:00Z" } } }
    node_service_account  = { email = "given@acme-platform.iam.gserviceaccount.com" }
    autoscaling_profile   = "OPTIMIZE_UTILIZATION"
    max_pods_per_node     = 64
    intranode_visibility  = true
    addons                = { filestore_csi = true, gcs_fuse_csi = true, backup_agent = true, dns_cache = false, config_connector = true }
    gateway_api           = false
    logging_components    = ["SYSTEM_COMPONENTS"]
    monitoring_components = ["SYSTEM_COMPONENTS", "POD"]
    managed_prometheus    = false
    binary_authorization  = true
    security_group        = "gke-security-groups@acme.example"
    deletion_protection   = false
    extra_tags            = { team = "platform" }
  }

  assert {
    condition     = output.fqdn == "gc0-europe-west1.ops.infra.acme.example" && google_container_cluster.this.node_locations == toset(["europe-west1-b", "europe-west1-c"]) && google_container_cluster.this.ip_allocation_policy[0].cluster_secondary_range_name == "p" && google_container_cluster.this.ip_allocation_policy[0].services_secondary_range_name == "s"
    error_message = "Names, zones and ranges."
  }
  assert {
    condition     = !google_container_cluster.this.private_cluster_config[0].enable_private_endpoint && length(google_container_cluster.this.master_authorized_networks_config[0].cidr_blocks) == 2 && google_container_cluster.this.private_cluster_config[0].master_global_access_config[0].enabled && !google_container_cluster.this.control_plane_endpoints_config[0].dns_endpoint_config[0].allow_external_traffic
    error_message = "A public address only for the given ranges."
  }
  assert {
    condition     = google_container_cluster.this.database_encryption[0].key_name == "projects/p/locations/l/keyRings/r/cryptoKeys/k" && google_container_cluster.this.authenticator_groups_config[0].security_group == "gke-security-groups@acme.example" && google_container_cluster.this.binary_authorization[0].evaluation_mode == "PROJECT_SINGLETON_POLICY_ENFORCE"
    error_message = "Key, groups and image policy."
  }
  assert {
    condition     = google_container_cluster.this.maintenance_policy[0].recurring_window[0].start_time == "2026-01-03T22:30:00Z" && one(google_container_cluster.this.maintenance_policy[0].maintenance_exclusion).exclusion_options[0].scope == "NO_UPGRADES"
    error_message = "Window and exclusions."
  }
  assert {
    condition     = length(google_service_account.nodes) == 0 && length(google_project_iam_member.nodes) == 0 && output.node_service_account == "given@acme-platform.iam.gserviceaccount.com"
    error_message = "A given account is used, not made."
  }
  assert {
    condition     = google_container_cluster.this.cluster_autoscaling[0].autoscaling_profile == "OPTIMIZE_UTILIZATION" && google_container_cluster.this.default_max_pods_per_node == 64 && google_container_cluster.this.enable_intranode_visibility && google_container_cluster.this.min_master_version == "1.34" && google_container_cluster.this.release_channel[0].channel == "STABLE"
    error_message = "Scaling, pods and versions."
  }
  assert {
    condition     = google_container_cluster.this.addons_config[0].gcs_fuse_csi_driver_config[0].enabled && google_container_cluster.this.addons_config[0].gcp_filestore_csi_driver_config[0].enabled && google_container_cluster.this.addons_config[0].gke_backup_agent_config[0].enabled && google_container_cluster.this.addons_config[0].config_connector_config[0].enabled && !google_container_cluster.this.addons_config[0].dns_cache_config[0].enabled && google_container_cluster.this.gateway_api_config[0].channel == "CHANNEL_DISABLED"
    error_message = "Add-ons."
  }
  assert {
    condition     = google_container_cluster.this.logging_config[0].enable_components == tolist(["SYSTEM_COMPONENTS"]) && google_container_cluster.this.monitoring_config[0].enable_components == tolist(["POD", "SYSTEM_COMPONENTS"]) && !google_container_cluster.this.monitoring_config[0].managed_prometheus[0].enabled && !google_container_cluster.this.deletion_protection && google_container_cluster.this.resource_labels.team == "platform"
    error_message = "Logs, metrics, protection and labels."
  }
}

run "long_names" {
  variables {
    name_prefix = "a-rather-long-name"
    environment = "ops"
  }
  assert {
    condition     = length(google_service_account.nodes[0].account_id) <= 30 && can(regex("^a-rather-long-nam-[0-9a-f]{6}-nodes$", google_service_account.nodes[0].account_id))
    error_message = "A long name is cut and told apart by its hash."
  }
}

run "refuses" {
  command = plan
  variables {
    extra_tags            = { CostCenter = "Platform" }
    project_id            = "acme"
    mode                  = "manual"
    release_channel       = "NONE"
    min_version           = "latest"
    endpoint              = { public_cidrs = { "0.0.0.0/0" = "world" } }
    secrets_key_id        = "key"
    maintenance           = { days = ["monday"] }
    node_service_account  = { email = "1-compute@developer.gserviceaccount.com" }
    node_roles            = ["roles/editor"]
    autoscaling_profile   = "FAST"
    max_pods_per_node     = 4
    logging_components    = ["ALL"]
    monitoring_components = ["ALL"]
    security_group        = "admins@acme.example"
  }
  expect_failures = [
    var.extra_tags,
    var.project_id,
    var.mode,
    var.release_channel,
    var.min_version,
    var.endpoint,
    var.secrets_key_id,
    var.maintenance,
    var.node_service_account,
    var.node_roles,
    var.autoscaling_profile,
    var.max_pods_per_node,
    var.logging_components,
    var.monitoring_components,
    var.security_group,
  ]
}

run "refuses_region" {
  command = plan
  variables {
    region = "Europe"
  }
  expect_failures = [var.region]
}

run "refuses_zones_of_another_region" {
  command = plan
  variables {
    zones = ["us-east1-b"]
  }
  expect_failures = [var.zones]
}

run "refuses_short_windows" {
  command = plan
  variables {
    maintenance = { days = ["SU"], hours = 4 }
  }
  expect_failures = [var.maintenance]
}

run "refuses_exclusions_upside_down" {
  command = plan
  variables {
    maintenance = { exclusions = { freeze = { start = "2027-01-04T00:00:00Z", end = "2026-12-18T00:00:00Z" } } }
  }
  expect_failures = [var.maintenance]
}

run "refuses_standard_without_pool" {
  command = plan
  variables {
    node_pool = null
  }
  expect_failures = [var.node_pool]
}
