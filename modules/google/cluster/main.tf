module "metadata" {
  source = "../../metadata"

  name_prefix   = var.name_prefix
  environment   = var.environment
  region        = var.region
  base_domain   = var.base_domain
  provider_name = "google"
  max_length    = 40
  extra_tags    = var.extra_tags
}

locals {
  name      = module.metadata.name
  labels    = module.metadata.tags
  autopilot = var.mode == "autopilot"
  public    = length(var.endpoint.public_cidrs) > 0

  node_service_account = var.node_service_account == null ? google_service_account.nodes[0].email : var.node_service_account.email

  # Ids have 30 characters. A long name is cut, and told apart by a part of its
  # hash, so that two of them never become one account.
  account_id = (
    length(local.name) <= 24
    ? "${local.name}-nodes"
    : "${trimsuffix(substr(local.name, 0, 17), "-")}-${substr(sha256(local.name), 0, 6)}-nodes"
  )

  window_start = "2026-01-03T${var.maintenance.start}:00Z"
}

resource "google_service_account" "nodes" {
  count = var.node_service_account == null ? 1 : 0

  project      = var.project_id
  account_id   = local.account_id
  display_name = "Nodes of ${local.name}"
}

resource "google_project_iam_member" "nodes" {
  for_each = var.node_service_account == null ? var.node_roles : toset([])

  project = var.project_id
  role    = each.value
  member  = "serviceAccount:${google_service_account.nodes[0].email}"
}

resource "google_container_cluster" "this" {
  project            = var.project_id
  name               = local.name
  location           = var.region
  node_locations     = length(var.zones) > 0 ? var.zones : null
  network            = var.network_id
  subnetwork         = var.subnetwork_id
  networking_mode    = "VPC_NATIVE"
  min_master_version = var.min_version
  resource_labels    = local.labels

  deletion_protection      = var.deletion_protection
  enable_autopilot         = local.autopilot ? true : null
  remove_default_node_pool = local.autopilot ? null : true
  initial_node_count       = local.autopilot ? null : 1

  # Autopilot has these on by itself and refuses to be told.
  datapath_provider           = local.autopilot ? null : "ADVANCED_DATAPATH"
  enable_shielded_nodes       = local.autopilot ? null : true
  enable_intranode_visibility = local.autopilot ? null : var.intranode_visibility
  default_max_pods_per_node   = local.autopilot ? null : var.max_pods_per_node

  release_channel {
    channel = var.release_channel
  }

  ip_allocation_policy {
    cluster_secondary_range_name  = var.pod_range_name
    services_secondary_range_name = var.service_range_name
  }

  private_cluster_config {
    enable_private_nodes    = true
    enable_private_endpoint = !local.public

    master_global_access_config {
      enabled = var.endpoint.global_access
    }
  }

  control_plane_endpoints_config {
    dns_endpoint_config {
      allow_external_traffic = var.endpoint.dns_external
    }

    ip_endpoints_config {
      enabled = true
    }
  }

  # An empty list lets in the nodes and nobody else.
  master_authorized_networks_config {
    gcp_public_cidrs_access_enabled      = false
    private_endpoint_enforcement_enabled = true

    dynamic "cidr_blocks" {
      for_each = merge(var.endpoint.private_cidrs, var.endpoint.public_cidrs)

      content {
        cidr_block   = cidr_blocks.key
        display_name = cidr_blocks.value
      }
    }
  }

  master_auth {
    client_certificate_config {
      issue_client_certificate = false
    }
  }

  anonymous_authentication_config {
    mode = "LIMITED"
  }

  rbac_binding_config {
    enable_insecure_binding_system_authenticated   = false
    enable_insecure_binding_system_unauthenticated = false
  }

  dynamic "workload_identity_config" {
    for_each = local.autopilot ? [] : ["${var.project_id}.svc.id.goog"]

    content {
      workload_pool = workload_identity_config.value
    }
  }

  dynamic "database_encryption" {
    for_each = var.secrets_key_id == null ? [] : [var.secrets_key_id]

    content {
      state    = "ENCRYPTED"
      key_name = database_encryption.value
    }
  }

  dynamic "authenticator_groups_config" {
    for_each = var.security_group == null ? [] : [var.security_group]

    content {
      security_group = authenticator_groups_config.value
    }
  }

  binary_authorization {
    evaluation_mode = var.binary_authorization ? "PROJECT_SINGLETON_POLICY_ENFORCE" : "DISABLED"
  }

  security_posture_config {
    mode               = "BASIC"
    vulnerability_mode = "VULNERABILITY_DISABLED"
  }

  cluster_autoscaling {
    autoscaling_profile = local.autopilot ? null : var.autoscaling_profile

    dynamic "auto_provisioning_defaults" {
      for_each = local.autopilot ? [local.node_service_account] : []

      content {
        service_account = auto_provisioning_defaults.value
        oauth_scopes    = ["https://www.googleapis.com/auth/cloud-platform"]
      }
    }
  }

  vertical_pod_autoscaling {
    enabled = true
  }

  cost_management_config {
    enabled = true
  }

  gateway_api_config {
    channel = var.gateway_api ? "CHANNEL_STANDARD" : "CHANNEL_DISABLED"
  }

  addons_config {
    gce_persistent_disk_csi_driver_config {
      enabled = true
    }

    gcp_filestore_csi_driver_config {
      enabled = var.addons.filestore_csi
    }

    gcs_fuse_csi_driver_config {
      enabled = var.addons.gcs_fuse_csi
    }

    gke_backup_agent_config {
      enabled = var.addons.backup_agent
    }

    config_connector_config {
      enabled = var.addons.config_connector
    }

    dynamic "dns_cache_config" {
      for_each = local.autopilot ? [] : [var.addons.dns_cache]

      content {
        enabled = dns_cache_config.value
      }
    }
  }

  logging_config {
    enable_components = sort(var.logging_components)
  }

  monitoring_config {
    enable_components = sort(var.monitoring_components)

    managed_prometheus {
      enabled = var.managed_prometheus
    }
  }

  maintenance_policy {
    recurring_window {
      start_time = local.window_start
      end_time   = timeadd(local.window_start, "${var.maintenance.hours}h")
      recurrence = "FREQ=WEEKLY;BYDAY=${join(",", var.maintenance.days)}"
    }

    dynamic "maintenance_exclusion" {
      for_each = var.maintenance.exclusions

      content {
        exclusion_name = maintenance_exclusion.key
        start_time     = maintenance_exclusion.value.start
        end_time       = maintenance_exclusion.value.end

        exclusion_options {
          scope = maintenance_exclusion.value.scope
        }
      }
    }
  }

  # Of the pool that is removed at once: it, too, has the nodes' own account.
  dynamic "node_config" {
    for_each = local.autopilot ? [] : [local.node_service_account]

    content {
      service_account = node_config.value

      workload_metadata_config {
        mode = "GKE_METADATA"
      }

      shielded_instance_config {
        enable_secure_boot          = true
        enable_integrity_monitoring = true
      }
    }
  }

  lifecycle {
    ignore_changes = [node_config, initial_node_count]
  }
}

module "node_pool" {
  source = "../node-pool"
  count  = var.node_pool == null ? 0 : 1

  project_id            = var.project_id
  cluster_id            = google_container_cluster.this.id
  location              = var.region
  name                  = var.node_pool.name
  service_account_email = local.node_service_account
  machine_type          = var.node_pool.machine_type
  min_size              = var.node_pool.min_size
  max_size              = var.node_pool.max_size
  initial_size          = var.node_pool.initial_size
  location_policy       = var.node_pool.location_policy
  spot                  = var.node_pool.spot
  image_type            = var.node_pool.image_type
  disk                  = var.node_pool.disk
  labels                = var.node_pool.labels
  taints                = var.node_pool.taints
  local_ssd_count       = var.node_pool.local_ssd_count
  network_tags          = var.node_pool.network_tags
  max_pods_per_node     = var.node_pool.max_pods_per_node
  auto_upgrade          = var.node_pool.auto_upgrade
  secure_boot           = var.node_pool.secure_boot
  resource_labels       = local.labels

  depends_on = [google_project_iam_member.nodes]
}
