mock_provider "azurerm" {}

variables {
  cluster_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/acme/providers/Microsoft.ContainerService/managedClusters/gc0"
  name       = "default"
  subnet_id  = "/subnets/nodes"
  vm_size    = "Standard_D4ds_v6"
  min_size   = 1
  max_size   = 3
}

run "defaults" {
  assert {
    condition     = azurerm_kubernetes_cluster_node_pool.this.auto_scaling_enabled && azurerm_kubernetes_cluster_node_pool.this.min_count == 1 && azurerm_kubernetes_cluster_node_pool.this.max_count == 3 && azurerm_kubernetes_cluster_node_pool.this.mode == "User"
    error_message = "A pool for applications that scales."
  }
  assert {
    condition     = azurerm_kubernetes_cluster_node_pool.this.host_encryption_enabled && !azurerm_kubernetes_cluster_node_pool.this.node_public_ip_enabled && azurerm_kubernetes_cluster_node_pool.this.zones == toset(["1", "2", "3"]) && azurerm_kubernetes_cluster_node_pool.this.os_sku == "AzureLinux3"
    error_message = "Encrypted, private, over three zones."
  }
  assert {
    condition     = azurerm_kubernetes_cluster_node_pool.this.priority == "Regular" && length(azurerm_kubernetes_cluster_node_pool.this.node_taints) == 0 && azurerm_kubernetes_cluster_node_pool.this.upgrade_settings[0].max_surge == "10%" && azurerm_kubernetes_cluster_node_pool.this.max_pods == 110
    error_message = "Regular machines, and how they are replaced."
  }
}

run "everything_set" {
  variables {
    mode               = "System"
    zones              = []
    os_sku             = "Ubuntu2404"
    kubernetes_version = "1.34"
    disk               = { size_gib = 64, type = "Ephemeral" }
    host_encryption    = false
    fips               = true
    gpu_driver         = "None"
    max_pods           = 60
    labels             = { workload = "batch" }
    taints             = [{ key = "workload", value = "batch", effect = "NoSchedule" }]
    upgrade            = { max_surge = "2", drain_timeout_minutes = 60, soak_minutes = 5 }
    tags               = { team = "platform" }
  }
  assert {
    condition     = azurerm_kubernetes_cluster_node_pool.this.mode == "System" && azurerm_kubernetes_cluster_node_pool.this.zones == null && azurerm_kubernetes_cluster_node_pool.this.os_disk_type == "Ephemeral" && azurerm_kubernetes_cluster_node_pool.this.os_disk_size_gb == 64 && azurerm_kubernetes_cluster_node_pool.this.orchestrator_version == "1.34"
    error_message = "Mode, zones, disk and version."
  }
  assert {
    condition     = azurerm_kubernetes_cluster_node_pool.this.node_taints == tolist(["workload=batch:NoSchedule"]) && azurerm_kubernetes_cluster_node_pool.this.node_labels.workload == "batch" && azurerm_kubernetes_cluster_node_pool.this.max_pods == 60
    error_message = "Labels, taints and pods."
  }
  assert {
    condition     = azurerm_kubernetes_cluster_node_pool.this.upgrade_settings[0].drain_timeout_in_minutes == 60 && azurerm_kubernetes_cluster_node_pool.this.upgrade_settings[0].node_soak_duration_in_minutes == 5 && azurerm_kubernetes_cluster_node_pool.this.fips_enabled && azurerm_kubernetes_cluster_node_pool.this.gpu_driver == "None" && !azurerm_kubernetes_cluster_node_pool.this.host_encryption_enabled && azurerm_kubernetes_cluster_node_pool.this.os_sku == "Ubuntu2404" && azurerm_kubernetes_cluster_node_pool.this.tags.team == "platform"
    error_message = "Upgrades, switches and tags."
  }
}

run "spot" {
  variables {
    spot     = { max_price = 0.5, eviction_policy = "Deallocate" }
    min_size = 0
  }
  assert {
    condition     = azurerm_kubernetes_cluster_node_pool.this.priority == "Spot" && azurerm_kubernetes_cluster_node_pool.this.spot_max_price == 0.5 && azurerm_kubernetes_cluster_node_pool.this.eviction_policy == "Deallocate" && length(azurerm_kubernetes_cluster_node_pool.this.upgrade_settings) == 0
    error_message = "Spot machines without a surge."
  }
  assert {
    condition     = contains(azurerm_kubernetes_cluster_node_pool.this.node_taints, "kubernetes.azure.com/scalesetpriority=spot:NoSchedule") && azurerm_kubernetes_cluster_node_pool.this.node_labels["kubernetes.azure.com/scalesetpriority"] == "spot"
    error_message = "What AKS adds is said, too."
  }
}

run "refuses" {
  command = plan
  variables {
    name               = "my-pool"
    vm_size            = "large"
    zones              = ["4"]
    os_sku             = "Windows2022"
    kubernetes_version = "latest"
    disk               = { size_gib = 1 }
    gpu_driver         = "Maybe"
    max_pods           = 5
    labels             = { "kubernetes.azure.com/x" = "y" }
    taints             = [{ key = "a", effect = "Never" }]
    upgrade            = { max_surge = "0" }
    spot               = { eviction_policy = "Keep" }
  }
  expect_failures = [
    var.name,
    var.vm_size,
    var.zones,
    var.os_sku,
    var.kubernetes_version,
    var.disk,
    var.gpu_driver,
    var.max_pods,
    var.labels,
    var.taints,
    var.upgrade,
    var.spot,
  ]
}

run "refuses_mode" {
  command = plan
  variables {
    mode = "Both"
  }
  expect_failures = [var.mode]
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

run "refuses_empty_system_pool" {
  command = plan
  variables {
    mode     = "System"
    min_size = 0
  }
  expect_failures = [var.min_size]
}

run "refuses_spot_system_pool" {
  command = plan
  variables {
    mode = "System"
    spot = {}
  }
  expect_failures = [var.spot]
}
