resource "azurerm_kubernetes_cluster_node_pool" "this" {
  name                  = var.name
  kubernetes_cluster_id = var.cluster_id
  vnet_subnet_id        = var.subnet_id
  mode                  = var.mode
  vm_size               = var.vm_size
  zones                 = length(var.zones) > 0 ? var.zones : null
  orchestrator_version  = var.kubernetes_version

  auto_scaling_enabled = true
  min_count            = var.min_size
  max_count            = var.max_size
  node_count           = var.min_size

  os_type                 = "Linux"
  os_sku                  = var.os_sku
  os_disk_size_gb         = var.disk.size_gib
  os_disk_type            = var.disk.type
  host_encryption_enabled = var.host_encryption
  fips_enabled            = var.fips
  gpu_driver              = var.gpu_driver
  node_public_ip_enabled  = false
  max_pods                = var.max_pods

  priority        = var.spot == null ? "Regular" : "Spot"
  spot_max_price  = var.spot == null ? null : var.spot.max_price
  eviction_policy = var.spot == null ? null : var.spot.eviction_policy

  # AKS adds the spot label and taint by itself; saying them too keeps the plan
  # quiet.
  node_labels = merge(var.labels, var.spot == null ? {} : { "kubernetes.azure.com/scalesetpriority" = "spot" })
  node_taints = concat(
    [for taint in var.taints : "${taint.key}=${taint.value}:${taint.effect}"],
    var.spot == null ? [] : ["kubernetes.azure.com/scalesetpriority=spot:NoSchedule"],
  )

  # Lets a change of the machines go through a temporary pool.
  temporary_name_for_rotation = "t${substr(sha1(var.name), 0, 10)}"

  # A spot pool has no surge: there may be no machine to be had.
  dynamic "upgrade_settings" {
    for_each = var.spot == null ? [var.upgrade] : []

    content {
      max_surge                     = upgrade_settings.value.max_surge
      drain_timeout_in_minutes      = upgrade_settings.value.drain_timeout_minutes
      node_soak_duration_in_minutes = upgrade_settings.value.soak_minutes
    }
  }

  tags = var.tags

  lifecycle {
    # The autoscaler's business.
    ignore_changes = [node_count]
  }
}
