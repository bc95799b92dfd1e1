mock_provider "google" {}

variables {
  project_id            = "acme-platform"
  cluster_id            = "gc0-ops-europe-west1"
  location              = "europe-west1"
  name                  = "default"
  service_account_email = "nodes@acme-platform.iam.gserviceaccount.com"
  machine_type          = "n4-standard-4"
  min_size              = 1
  max_size              = 3
}

run "defaults" {
  assert {
    condition     = google_container_node_pool.this.node_config[0].shielded_instance_config[0].enable_secure_boot && google_container_node_pool.this.node_config[0].shielded_instance_config[0].enable_integrity_monitoring && google_container_node_pool.this.node_config[0].workload_metadata_config[0].mode == "GKE_METADATA"
    error_message = "Shielded nodes, and pods without the node's identity."
  }
  assert {
    condition     = google_container_node_pool.this.network_config[0].enable_private_nodes && google_container_node_pool.this.node_config[0].kubelet_config[0].insecure_kubelet_readonly_port_enabled == "FALSE"
    error_message = "Private nodes without the kubelet's open port."
  }
  assert {
    condition     = google_container_node_pool.this.initial_node_count == 1 && google_container_node_pool.this.autoscaling[0].max_node_count == 3 && google_container_node_pool.this.autoscaling[0].location_policy == "BALANCED" && google_container_node_pool.this.management[0].auto_upgrade
    error_message = "Sizes and management."
  }
  assert {
    condition     = google_container_node_pool.this.node_config[0].disk_size_gb == 100 && google_container_node_pool.this.node_config[0].image_type == "COS_CONTAINERD" && !google_container_node_pool.this.node_config[0].spot && length(google_container_node_pool.this.node_config[0].guest_accelerator) == 0
    error_message = "Disk, image, no spot, no accelerators."
  }
}

run "everything_set" {
  variables {
    zones             = ["europe-west1-b"]
    location_policy   = "ANY"
    spot              = true
    image_type        = "UBUNTU_CONTAINERD"
    disk              = { size_gb = 200, type = "pd-ssd", kms_key = "projects/p/locations/l/keyRings/r/cryptoKeys/k" }
    local_ssd_count   = 2
    gpu               = { type = "nvidia-l4", count = 1, partition_size = "1g.5gb", sharing = { strategy = "TIME_SHARING", max_clients = 4 } }
    max_pods_per_node = 32
    pod_range_name    = "more-pods"
    labels            = { workload = "batch" }
    taints            = [{ key = "workload", value = "batch", effect = "NoExecute" }]
    network_tags      = ["batch"]
    upgrade           = { strategy = "BLUE_GREEN", soak_seconds = 600 }
    auto_upgrade      = false
    secure_boot       = false
    confidential      = true
    resource_labels   = { team = "platform" }
  }

  assert {
    condition     = google_container_node_pool.this.node_locations == toset(["europe-west1-b"]) && google_container_node_pool.this.autoscaling[0].location_policy == "ANY" && google_container_node_pool.this.node_config[0].spot && google_container_node_pool.this.node_config[0].image_type == "UBUNTU_CONTAINERD"
    error_message = "Zones, spot and image."
  }
  assert {
    condition     = google_container_node_pool.this.node_config[0].boot_disk_kms_key == "projects/p/locations/l/keyRings/r/cryptoKeys/k" && google_container_node_pool.this.node_config[0].ephemeral_storage_local_ssd_config[0].local_ssd_count == 2
    error_message = "Disks."
  }
  assert {
    condition     = google_container_node_pool.this.node_config[0].guest_accelerator[0].gpu_sharing_config[0].max_shared_clients_per_gpu == 4 && google_container_node_pool.this.node_config[0].guest_accelerator[0].gpu_driver_installation_config[0].gpu_driver_version == "DEFAULT"
    error_message = "Accelerators."
  }
  assert {
    condition     = google_container_node_pool.this.max_pods_per_node == 32 && google_container_node_pool.this.network_config[0].pod_range == "more-pods" && google_container_node_pool.this.node_config[0].taint[0].effect == "NO_EXECUTE" && google_container_node_pool.this.node_config[0].labels.workload == "batch" && google_container_node_pool.this.node_config[0].tags == tolist(["batch"])
    error_message = "Pods, labels, taints and tags."
  }
  assert {
    condition     = google_container_node_pool.this.upgrade_settings[0].blue_green_settings[0].node_pool_soak_duration == "600s" && !google_container_node_pool.this.management[0].auto_upgrade && !google_container_node_pool.this.node_config[0].shielded_instance_config[0].enable_secure_boot && google_container_node_pool.this.node_config[0].confidential_nodes[0].enabled && google_container_node_pool.this.node_config[0].resource_labels.team == "platform"
    error_message = "Upgrades and switches."
  }
}

run "refuses" {
  command = plan
  variables {
    project_id            = "acme"
    location              = "Europe"
    name                  = "Default"
    service_account_email = "1-compute@developer.gserviceaccount.com"
    machine_type          = "large"
    zones                 = ["europe-west1"]
    location_policy       = "SOME"
    image_type            = "WINDOWS"
    disk                  = { size_gb = 5 }
    local_ssd_count       = -1
    gpu                   = { type = "nvidia-l4", count = 0 }
    max_pods_per_node     = 4
    labels                = { "kubernetes.io/x" = "y" }
    taints                = [{ key = "a", effect = "Never" }]
    upgrade               = { max_surge = 0 }
  }
  expect_failures = [
    var.project_id,
    var.location,
    var.name,
    var.service_account_email,
    var.machine_type,
    var.zones,
    var.location_policy,
    var.image_type,
    var.disk,
    var.local_ssd_count,
    var.gpu,
    var.max_pods_per_node,
    var.labels,
    var.taints,
    var.upgrade,
  ]
}

run "refuses_negative_size" {
  command = plan
  variables {
    min_size = -1
  }
  expect_failures = [var.min_size]
}

run "refuses_sizes_upside_down" {
  command = plan
  variables {
    min_size = 5
  }
  expect_failures = [var.max_size]
}

run "refuses_no_nodes" {
  command = plan
  variables {
    min_size = 0
    max_size = 0
  }
  expect_failures = [var.max_size]
}

run "refuses_initial_size" {
  command = plan
  variables {
    initial_size = 9
  }
  expect_failures = [var.initial_size]
}

run "refuses_gpu_sharing" {
  command = plan
  variables {
    gpu = { type = "nvidia-l4", count = 1, sharing = { strategy = "NONE", max_clients = 2 } }
  }
  expect_failures = [var.gpu]
}
