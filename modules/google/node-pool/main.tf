locals {
  taint_effects = {
    NoSchedule       = "NO_SCHEDULE"
    PreferNoSchedule = "PREFER_NO_SCHEDULE"
    NoExecute        = "NO_EXECUTE"
  }
}

resource "google_container_node_pool" "this" {
  project            = var.project_id
  cluster            = var.cluster_id
  location           = var.location
  name               = var.name
  node_locations     = length(var.zones) > 0 ? var.zones : null
  initial_node_count = var.initial_size == null ? var.min_size : var.initial_size
  max_pods_per_node  = var.max_pods_per_node

  autoscaling {
    min_node_count  = var.min_size
    max_node_count  = var.max_size
    location_policy = var.location_policy
  }

  management {
    auto_repair  = true
    auto_upgrade = var.auto_upgrade
  }

  upgrade_settings {
    strategy        = var.upgrade.strategy
    max_surge       = var.upgrade.strategy == "SURGE" ? var.upgrade.max_surge : null
    max_unavailable = var.upgrade.strategy == "SURGE" ? var.upgrade.max_unavailable : null

    dynamic "blue_green_settings" {
      for_each = var.upgrade.strategy == "BLUE_GREEN" ? [var.upgrade] : []

      content {
        node_pool_soak_duration = "${blue_green_settings.value.soak_seconds}s"

        standard_rollout_policy {
          batch_node_count = 1
        }
      }
    }
  }

  network_config {
    enable_private_nodes = true
    pod_range            = var.pod_range_name
  }

  node_config {
    machine_type      = var.machine_type
    image_type        = var.image_type
    disk_size_gb      = var.disk.size_gb
    disk_type         = var.disk.type
    boot_disk_kms_key = var.disk.kms_key
    spot              = var.spot
    labels            = var.labels
    resource_labels   = var.resource_labels
    tags              = var.network_tags

    # What a node may do is said by the roles of its account, not by scopes.
    service_account = var.service_account_email
    oauth_scopes    = ["https://www.googleapis.com/auth/cloud-platform"]

    metadata = { disable-legacy-endpoints = "true" }

    # Pods get their own identity, never the node's.
    workload_metadata_config {
      mode = "GKE_METADATA"
    }

    shielded_instance_config {
      enable_secure_boot          = var.secure_boot
      enable_integrity_monitoring = true
    }

    kubelet_config {
      insecure_kubelet_readonly_port_enabled = "FALSE"
    }

    gvnic {
      enabled = true
    }

    confidential_nodes {
      enabled = var.confidential
    }

    dynamic "taint" {
      for_each = var.taints

      content {
        key    = taint.value.key
        value  = taint.value.value
        effect = local.taint_effects[taint.value.effect]
      }
    }

    dynamic "ephemeral_storage_local_ssd_config" {
      for_each = var.local_ssd_count > 0 ? [var.local_ssd_count] : []

      content {
        local_ssd_count = ephemeral_storage_local_ssd_config.value
      }
    }

    dynamic "guest_accelerator" {
      for_each = var.gpu == null ? [] : [var.gpu]

      content {
        type               = guest_accelerator.value.type
        count              = guest_accelerator.value.count
        gpu_partition_size = guest_accelerator.value.partition_size

        gpu_driver_installation_config {
          gpu_driver_version = guest_accelerator.value.driver
        }

        dynamic "gpu_sharing_config" {
          for_each = guest_accelerator.value.sharing == null ? [] : [guest_accelerator.value.sharing]

          content {
            gpu_sharing_strategy       = gpu_sharing_config.value.strategy
            max_shared_clients_per_gpu = gpu_sharing_config.value.max_clients
          }
        }
      }
    }
  }

  lifecycle {
    # The autoscaler's business; a change would replace the pool.
    ignore_changes = [initial_node_count]
  }
}
