module "metadata" {
  source = "../../metadata"

  name_prefix   = var.name_prefix
  environment   = var.environment
  region        = var.region
  base_domain   = var.base_domain
  provider_name = "azure"
  max_length    = 50
  extra_tags    = var.extra_tags
}

locals {
  name    = module.metadata.name
  tags    = module.metadata.tags
  private = length(var.endpoint.public_cidrs) == 0

  identity = var.identity == null ? {
    id           = azurerm_user_assigned_identity.this[0].id
    principal_id = azurerm_user_assigned_identity.this[0].principal_id
  } : var.identity

  # What the control plane works on outside its own resource group.
  scopes = var.identity == null ? merge(
    { nodes = { scope = var.node_subnet_id, role = "Network Contributor" } },
    var.api_server_subnet == null ? {} : { api_server = { scope = var.api_server_subnet.id, role = "Network Contributor" } },
    var.endpoint.private_dns_zone == null ? {} : { zone = { scope = var.endpoint.private_dns_zone.id, role = "Private DNS Zone Contributor" } },
  ) : {}
}

resource "azurerm_user_assigned_identity" "this" {
  count = var.identity == null ? 1 : 0

  name                = "${local.name}-control-plane"
  resource_group_name = var.resource_group_name
  location            = var.region
  tags                = local.tags
}

resource "azurerm_role_assignment" "this" {
  for_each = local.scopes

  scope                = each.value.scope
  role_definition_name = each.value.role
  principal_id         = local.identity.principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_kubernetes_cluster" "this" {
  name                = local.name
  resource_group_name = var.resource_group_name
  location            = var.region
  kubernetes_version  = var.kubernetes_version
  sku_tier            = var.tier
  support_plan        = var.tier == "Premium" ? "AKSLongTermSupport" : "KubernetesOfficial"
  node_resource_group = "${local.name}-nodes"
  # A private cluster with a zone of its own takes the other one.
  dns_prefix                 = var.endpoint.private_dns_zone == null ? local.name : null
  dns_prefix_private_cluster = var.endpoint.private_dns_zone == null ? null : local.name

  private_cluster_enabled             = local.private
  private_cluster_public_fqdn_enabled = false
  private_dns_zone_id                 = local.private ? (var.endpoint.private_dns_zone == null ? "System" : var.endpoint.private_dns_zone.id) : null
  run_command_enabled                 = false

  local_account_disabled            = true
  role_based_access_control_enabled = true
  oidc_issuer_enabled               = true
  workload_identity_enabled         = true

  azure_policy_enabled         = var.features.azure_policy
  cost_analysis_enabled        = var.features.cost_analysis
  disk_encryption_set_id       = var.disk_encryption_set_id
  image_cleaner_enabled        = var.image_cleaner_hours > 0
  image_cleaner_interval_hours = var.image_cleaner_hours > 0 ? var.image_cleaner_hours : null

  automatic_upgrade_channel = var.upgrades.kubernetes == "none" ? null : var.upgrades.kubernetes
  node_os_upgrade_channel   = var.upgrades.node_os

  identity {
    type         = "UserAssigned"
    identity_ids = [local.identity.id]
  }

  azure_active_directory_role_based_access_control {
    azure_rbac_enabled     = var.azure_rbac
    admin_group_object_ids = sort(var.admin_group_ids)
    tenant_id              = var.tenant_id
  }

  dynamic "api_server_access_profile" {
    for_each = local.private && var.api_server_subnet == null ? [] : [true]

    content {
      authorized_ip_ranges                = local.private ? null : var.endpoint.public_cidrs
      virtual_network_integration_enabled = var.api_server_subnet != null
      subnet_id                           = var.api_server_subnet == null ? null : var.api_server_subnet.id
    }
  }

  network_profile {
    network_plugin      = "azure"
    network_plugin_mode = "overlay"
    network_data_plane  = "cilium"
    network_policy      = "cilium"
    load_balancer_sku   = "standard"
    outbound_type       = var.outbound_type
    pod_cidr            = var.pod_cidr
    service_cidr        = var.service_cidr
    dns_service_ip      = cidrhost(var.service_cidr, 10)

    dynamic "advanced_networking" {
      for_each = var.observability ? [true] : []

      content {
        observability_enabled = true
      }
    }
  }

  default_node_pool {
    name           = var.node_pool.name
    type           = "VirtualMachineScaleSets"
    vm_size        = var.node_pool.vm_size
    vnet_subnet_id = var.node_subnet_id
    zones          = length(var.node_pool.zones) > 0 ? var.node_pool.zones : null
    # Nodes follow the control plane in the same update.
    orchestrator_version = var.node_pool.kubernetes_version == null ? var.kubernetes_version : var.node_pool.kubernetes_version
    # Node provisioning and the autoscaler exclude each other.
    auto_scaling_enabled         = !var.node_provisioning
    min_count                    = var.node_provisioning ? null : var.node_pool.min_size
    max_count                    = var.node_provisioning ? null : var.node_pool.max_size
    node_count                   = var.node_pool.min_size
    max_pods                     = var.node_pool.max_pods
    os_sku                       = var.node_pool.os_sku
    os_disk_size_gb              = var.node_pool.disk.size_gib
    os_disk_type                 = var.node_pool.disk.type
    host_encryption_enabled      = var.node_pool.host_encryption
    fips_enabled                 = var.node_pool.fips
    node_public_ip_enabled       = false
    node_labels                  = var.node_pool.labels
    only_critical_addons_enabled = var.node_pool.only_critical_addons
    # Lets a change of the machines go through a temporary pool.
    temporary_name_for_rotation = "t${substr(sha1(var.node_pool.name), 0, 10)}"
    tags                        = local.tags

    upgrade_settings {
      max_surge                     = var.node_pool.upgrade.max_surge
      drain_timeout_in_minutes      = var.node_pool.upgrade.drain_timeout_minutes
      node_soak_duration_in_minutes = var.node_pool.upgrade.soak_minutes
    }
  }

  node_provisioning_profile {
    mode = var.node_provisioning ? "Auto" : "Manual"
  }

  dynamic "auto_scaler_profile" {
    for_each = var.node_provisioning ? [] : [var.autoscaler]

    content {
      expander                         = auto_scaler_profile.value.expander
      scale_down_utilization_threshold = tostring(auto_scaler_profile.value.scale_down_utilization_threshold)
      scale_down_unneeded              = auto_scaler_profile.value.scale_down_unneeded
      scale_down_delay_after_add       = auto_scaler_profile.value.scale_down_delay_after_add
      skip_nodes_with_local_storage    = auto_scaler_profile.value.skip_nodes_with_local_storage
      balance_similar_node_groups      = auto_scaler_profile.value.balance_similar_node_groups
    }
  }

  maintenance_window_auto_upgrade {
    frequency   = "Weekly"
    interval    = 1
    day_of_week = var.maintenance.day
    start_time  = var.maintenance.start
    utc_offset  = "+00:00"
    duration    = var.maintenance.hours

    dynamic "not_allowed" {
      for_each = var.maintenance.exclusions

      content {
        start = not_allowed.value.start
        end   = not_allowed.value.end
      }
    }
  }

  maintenance_window_node_os {
    frequency   = "Weekly"
    interval    = 1
    day_of_week = var.maintenance.day
    start_time  = var.maintenance.start
    utc_offset  = "+00:00"
    duration    = var.maintenance.hours

    dynamic "not_allowed" {
      for_each = var.maintenance.exclusions

      content {
        start = not_allowed.value.start
        end   = not_allowed.value.end
      }
    }
  }

  workload_autoscaler_profile {
    keda_enabled                    = var.features.keda
    vertical_pod_autoscaler_enabled = var.features.vertical_pod_autoscaler
  }

  storage_profile {
    blob_driver_enabled         = var.features.blob_csi
    disk_driver_enabled         = true
    file_driver_enabled         = true
    snapshot_controller_enabled = true
  }

  dynamic "key_vault_secrets_provider" {
    for_each = var.features.key_vault_secrets ? [true] : []

    content {
      secret_rotation_enabled = true
    }
  }

  dynamic "monitor_metrics" {
    for_each = var.features.metrics ? [true] : []

    content {}
  }

  dynamic "microsoft_defender" {
    for_each = var.features.defender_workspace_id == null ? [] : [var.features.defender_workspace_id]

    content {
      log_analytics_workspace_id = microsoft_defender.value
    }
  }

  dynamic "oms_agent" {
    for_each = var.features.container_insights_workspace_id == null ? [] : [var.features.container_insights_workspace_id]

    content {
      log_analytics_workspace_id      = oms_agent.value
      msi_auth_for_monitoring_enabled = true
    }
  }

  dynamic "key_management_service" {
    for_each = var.secrets_key_id == null ? [] : [var.secrets_key_id]

    content {
      key_vault_key_id         = key_management_service.value
      key_vault_network_access = "Public"
    }
  }

  tags = local.tags

  depends_on = [azurerm_role_assignment.this]

  lifecycle {
    # The autoscaler's business.
    ignore_changes = [default_node_pool[0].node_count]
  }
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  count = var.logs == null ? 0 : 1

  name                           = "control-plane"
  target_resource_id             = azurerm_kubernetes_cluster.this.id
  log_analytics_workspace_id     = var.logs.workspace_id
  log_analytics_destination_type = "Dedicated"

  dynamic "enabled_log" {
    for_each = var.logs.categories

    content {
      category = enabled_log.value
    }
  }
}

resource "azurerm_management_lock" "this" {
  count = var.deletion_protection ? 1 : 0

  name       = "deletion-protection"
  scope      = azurerm_kubernetes_cluster.this.id
  lock_level = "CanNotDelete"
  notes      = "Set deletion_protection = false and apply before deleting."
}
