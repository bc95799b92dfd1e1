mock_provider "azurerm" {
  mock_resource "azurerm_user_assigned_identity" {
    defaults = {
      id           = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/made"
      principal_id = "11111111-1111-1111-1111-111111111111"
    }
  }
  mock_resource "azurerm_kubernetes_cluster" {
    defaults = {
      id                         = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/acme/providers/Microsoft.ContainerService/managedClusters/gc0"
      fqdn                       = "gc0.hcp.westeurope.azmk8s.io"
      private_fqdn               = "gc0.privatelink.westeurope.azmk8s.io"
      oidc_issuer_url            = "https://westeurope.oic.prod-aks.azure.com/t/i/"
      current_kubernetes_version = "1.34.1"
      kube_config                = [{ cluster_ca_certificate = "Y2E=", client_certificate = "", client_key = "", host = "", password = "", username = "" }]
    }
  }
}

variables {
  name_prefix         = "gc0"
  environment         = "ops"
  region              = "westeurope"
  resource_group_name = "acme-ops"
  node_subnet_id      = "/subnets/nodes"
  node_pool           = { vm_size = "Standard_D4ds_v6", min_size = 1, max_size = 3 }
}

run "defaults" {
  assert {
    condition     = output.name == "gc0-ops-westeurope" && output.endpoint == "https://gc0.privatelink.westeurope.azmk8s.io:443" && output.certificate_authority == "Y2E="
    error_message = "Wrong outputs."
  }
  assert {
    condition     = azurerm_kubernetes_cluster.this.private_cluster_enabled && azurerm_kubernetes_cluster.this.private_dns_zone_id == "System" && !azurerm_kubernetes_cluster.this.private_cluster_public_fqdn_enabled && !azurerm_kubernetes_cluster.this.run_command_enabled && length(azurerm_kubernetes_cluster.this.api_server_access_profile) == 0
    error_message = "The API is private."
  }
  assert {
    condition     = azurerm_kubernetes_cluster.this.local_account_disabled && azurerm_kubernetes_cluster.this.azure_active_directory_role_based_access_control[0].azure_rbac_enabled && azurerm_kubernetes_cluster.this.oidc_issuer_enabled && azurerm_kubernetes_cluster.this.workload_identity_enabled
    error_message = "Entra ID only, workload identity."
  }
  assert {
    condition     = azurerm_kubernetes_cluster.this.network_profile[0].network_plugin_mode == "overlay" && azurerm_kubernetes_cluster.this.network_profile[0].network_data_plane == "cilium" && azurerm_kubernetes_cluster.this.network_profile[0].outbound_type == "userAssignedNATGateway" && azurerm_kubernetes_cluster.this.network_profile[0].dns_service_ip == "172.20.0.10"
    error_message = "CNI overlay with Cilium, out through the NAT gateway."
  }
  assert {
    condition     = azurerm_kubernetes_cluster.this.sku_tier == "Standard" && azurerm_kubernetes_cluster.this.automatic_upgrade_channel == "patch" && azurerm_kubernetes_cluster.this.node_os_upgrade_channel == "NodeImage" && azurerm_kubernetes_cluster.this.maintenance_window_auto_upgrade[0].day_of_week == "Sunday" && azurerm_kubernetes_cluster.this.maintenance_window_node_os[0].start_time == "03:00"
    error_message = "Tier, upgrades, windows."
  }
  assert {
    condition     = keys(azurerm_role_assignment.this) == ["nodes"] && azurerm_role_assignment.this["nodes"].role_definition_name == "Network Contributor" && length(azurerm_management_lock.this) == 1 && length(azurerm_monitor_diagnostic_setting.this) == 0
    error_message = "An identity with a right on the subnet, a lock, no logs that were not asked for."
  }
  assert {
    condition     = azurerm_kubernetes_cluster.this.default_node_pool[0].host_encryption_enabled && !azurerm_kubernetes_cluster.this.default_node_pool[0].node_public_ip_enabled && azurerm_kubernetes_cluster.this.default_node_pool[0].zones == toset(["1", "2", "3"]) && azurerm_kubernetes_cluster.this.node_provisioning_profile[0].mode == "Manual"
    error_message = "Private, encrypted nodes over three zones."
  }
  assert {
    condition     = azurerm_kubernetes_cluster.this.azure_policy_enabled && azurerm_kubernetes_cluster.this.image_cleaner_interval_hours == 168 && length(azurerm_kubernetes_cluster.this.key_management_service) == 0 && length(azurerm_kubernetes_cluster.this.oms_agent) == 0
    error_message = "Policy and image cleaner; nothing that costs by itself."
  }
}

run "everything_set" {
  variables {
    base_domain        = "infra.acme.example"
    kubernetes_version = "1.34"
    tier               = "Premium"
    api_server_subnet  = { id = "/subnets/api" }
    endpoint           = { private_dns_zone = { id = "/zones/aks" } }
    pod_cidr           = "10.128.0.0/12"
    service_cidr       = "10.100.0.0/16"
    outbound_type      = "userDefinedRouting"
    observability      = true
    admin_group_ids    = ["33333333-3333-3333-3333-333333333333"]
    tenant_id          = "44444444-4444-4444-4444-444444444444"
    azure_rbac         = false
    node_pool = {
      name                 = "system"
      vm_size              = "Standard_D8ds_v6"
      min_size             = 2
      max_size             = 6
      zones                = []
      os_sku               = "Ubuntu2404"
      disk                 = { size_gib = 64, type = "Ephemeral" }
      host_encryption      = false
      fips                 = true
      max_pods             = 60
      labels               = { workload = "system" }
      only_critical_addons = true
      upgrade              = { max_surge = "33%", drain_timeout_minutes = 60, soak_minutes = 5 }
    }
    autoscaler             = { expander = "priority", scale_down_utilization_threshold = 0.7, scale_down_unneeded = "5m", scale_down_delay_after_add = "3m", skip_nodes_with_local_storage = true, balance_similar_node_groups = false }
    upgrades               = { kubernetes = "none", node_os = "SecurityPatch" }
    maintenance            = { day = "Tuesday", start = "22:30", hours = 8, exclusions = [{ start = "2026-12-18T00:00:00Z", end = "2027-01-04T00:00:00Z" }] }
    logs                   = { workspace_id = "/workspaces/logs", categories = ["guard"] }
    features               = { azure_policy = false, key_vault_secrets = true, keda = true, vertical_pod_autoscaler = true, metrics = true, cost_analysis = true, blob_csi = true, defender_workspace_id = "/workspaces/d", container_insights_workspace_id = "/workspaces/i" }
    secrets_key_id         = "https://acme.vault.azure.net/keys/secrets/1"
    disk_encryption_set_id = "/diskEncryptionSets/a"
    image_cleaner_hours    = 0
    deletion_protection    = false
    extra_tags             = { team = "platform" }
  }
  assert {
    condition     = output.fqdn == "gc0-westeurope.ops.infra.acme.example" && azurerm_kubernetes_cluster.this.kubernetes_version == "1.34" && azurerm_kubernetes_cluster.this.default_node_pool[0].orchestrator_version == "1.34" && azurerm_kubernetes_cluster.this.support_plan == "AKSLongTermSupport"
    error_message = "Names, version and support."
  }
  assert {
    condition     = azurerm_kubernetes_cluster.this.private_dns_zone_id == "/zones/aks" && azurerm_kubernetes_cluster.this.dns_prefix == null && azurerm_kubernetes_cluster.this.api_server_access_profile[0].subnet_id == "/subnets/api" && keys(azurerm_role_assignment.this) == ["api_server", "nodes", "zone"]
    error_message = "A zone and a subnet of one's own, with the rights they need."
  }
  assert {
    condition     = azurerm_kubernetes_cluster.this.network_profile[0].pod_cidr == "10.128.0.0/12" && azurerm_kubernetes_cluster.this.network_profile[0].dns_service_ip == "10.100.0.10" && azurerm_kubernetes_cluster.this.network_profile[0].outbound_type == "userDefinedRouting" && azurerm_kubernetes_cluster.this.network_profile[0].advanced_networking[0].observability_enabled
    error_message = "Network."
  }
  assert {
    condition     = azurerm_kubernetes_cluster.this.azure_active_directory_role_based_access_control[0].admin_group_object_ids == tolist(["33333333-3333-3333-3333-333333333333"]) && azurerm_kubernetes_cluster.this.azure_active_directory_role_based_access_control[0].tenant_id == "44444444-4444-4444-4444-444444444444" && !azurerm_kubernetes_cluster.this.azure_active_directory_role_based_access_control[0].azure_rbac_enabled
    error_message = "Who administers."
  }
  assert {
    condition     = azurerm_kubernetes_cluster.this.default_node_pool[0].name == "system" && azurerm_kubernetes_cluster.this.default_node_pool[0].zones == null && azurerm_kubernetes_cluster.this.default_node_pool[0].os_disk_type == "Ephemeral" && azurerm_kubernetes_cluster.this.default_node_pool[0].only_critical_addons_enabled && azurerm_kubernetes_cluster.this.default_node_pool[0].upgrade_settings[0].max_surge == "33%"
    error_message = "Nodes."
  }
  assert {
    condition     = azurerm_kubernetes_cluster.this.auto_scaler_profile[0].expander == "priority" && azurerm_kubernetes_cluster.this.auto_scaler_profile[0].scale_down_utilization_threshold == "0.7" && azurerm_kubernetes_cluster.this.automatic_upgrade_channel == null && azurerm_kubernetes_cluster.this.node_os_upgrade_channel == "SecurityPatch" && one(azurerm_kubernetes_cluster.this.maintenance_window_auto_upgrade[0].not_allowed).start == "2026-12-18T00:00:00Z"
    error_message = "Scaling, upgrades, windows."
  }
  assert {
    condition     = one(azurerm_monitor_diagnostic_setting.this[0].enabled_log).category == "guard" && azurerm_kubernetes_cluster.this.workload_autoscaler_profile[0].keda_enabled && azurerm_kubernetes_cluster.this.storage_profile[0].blob_driver_enabled && length(azurerm_kubernetes_cluster.this.monitor_metrics) == 1 && azurerm_kubernetes_cluster.this.key_vault_secrets_provider[0].secret_rotation_enabled && azurerm_kubernetes_cluster.this.cost_analysis_enabled
    error_message = "Logs and features."
  }
  assert {
    condition     = azurerm_kubernetes_cluster.this.microsoft_defender[0].log_analytics_workspace_id == "/workspaces/d" && azurerm_kubernetes_cluster.this.oms_agent[0].log_analytics_workspace_id == "/workspaces/i" && azurerm_kubernetes_cluster.this.key_management_service[0].key_vault_key_id == "https://acme.vault.azure.net/keys/secrets/1" && azurerm_kubernetes_cluster.this.disk_encryption_set_id == "/diskEncryptionSets/a"
    error_message = "Workspaces and keys."
  }
  assert {
    condition     = !azurerm_kubernetes_cluster.this.image_cleaner_enabled && length(azurerm_management_lock.this) == 0 && azurerm_kubernetes_cluster.this.tags.team == "platform" && !azurerm_kubernetes_cluster.this.azure_policy_enabled
    error_message = "Switches and tags."
  }
}

run "node_provisioning" {
  variables {
    node_provisioning = true
  }
  assert {
    condition     = azurerm_kubernetes_cluster.this.node_provisioning_profile[0].mode == "Auto" && !azurerm_kubernetes_cluster.this.default_node_pool[0].auto_scaling_enabled && azurerm_kubernetes_cluster.this.default_node_pool[0].max_count == null && length(azurerm_kubernetes_cluster.this.auto_scaler_profile) == 0
    error_message = "AKS makes nodes, and the default pool does not scale."
  }
}

run "public_for_some" {
  variables {
    tier     = "Free"
    endpoint = { public_cidrs = ["198.51.100.0/24"] }
    identity = { id = "/identities/given", principal_id = "55555555-5555-5555-5555-555555555555" }
  }
  assert {
    condition     = !azurerm_kubernetes_cluster.this.private_cluster_enabled && azurerm_kubernetes_cluster.this.api_server_access_profile[0].authorized_ip_ranges == toset(["198.51.100.0/24"]) && output.endpoint == "https://gc0.hcp.westeurope.azmk8s.io:443"
    error_message = "A public address for the given ranges only."
  }
  assert {
    condition     = length(azurerm_user_assigned_identity.this) == 0 && length(azurerm_role_assignment.this) == 0 && output.identity_principal_id == "55555555-5555-5555-5555-555555555555" && azurerm_kubernetes_cluster.this.sku_tier == "Free"
    error_message = "A given identity is used, not made."
  }
}

run "refuses" {
  command = plan
  variables {
    extra_tags          = { CostCenter = "Platform" }
    region              = "West Europe"
    resource_group_name = "a/b"
    kubernetes_version  = "latest"
    endpoint            = { public_cidrs = ["0.0.0.0/0"] }
    pod_cidr            = "10.0.0.0/24"
    service_cidr        = "10.0.0.0/8"
    outbound_type       = "magic"
    admin_group_ids     = ["admins"]
    tenant_id           = "acme"
    node_pool           = { vm_size = "large", min_size = 1, max_size = 3 }
    autoscaler          = { expander = "cheapest" }
    upgrades            = { kubernetes = "always" }
    maintenance         = { day = "sunday" }
    logs                = { workspace_id = "/w", categories = ["everything"] }
    secrets_key_id      = "key"
    image_cleaner_hours = 1
  }
  expect_failures = [
    var.extra_tags,
    var.region,
    var.resource_group_name,
    var.kubernetes_version,
    var.endpoint,
    var.pod_cidr,
    var.service_cidr,
    var.outbound_type,
    var.admin_group_ids,
    var.tenant_id,
    var.node_pool,
    var.autoscaler,
    var.upgrades,
    var.maintenance,
    var.logs,
    var.secrets_key_id,
    var.image_cleaner_hours,
  ]
}

run "refuses_tier" {
  command = plan
  variables {
    tier = "Cheap"
  }
  expect_failures = [var.tier]
}

run "refuses_cost_analysis_for_free" {
  command = plan
  variables {
    tier     = "Free"
    features = { cost_analysis = true }
  }
  expect_failures = [var.features]
}

run "refuses_zone_for_public" {
  command = plan
  variables {
    endpoint = { public_cidrs = ["198.51.100.0/24"], private_dns_zone = { id = "/zones/aks" } }
  }
  expect_failures = [var.endpoint]
}

run "refuses_empty_pool" {
  command = plan
  variables {
    node_pool = { vm_size = "Standard_D4ds_v6", min_size = 0, max_size = 3 }
  }
  expect_failures = [var.node_pool]
}

run "refuses_pool_zones" {
  command = plan
  variables {
    node_pool = { vm_size = "Standard_D4ds_v6", min_size = 1, max_size = 3, zones = ["a"] }
  }
  expect_failures = [var.node_pool]
}

run "refuses_exclusions_upside_down" {
  command = plan
  variables {
    maintenance = { exclusions = [{ start = "2027-01-04T00:00:00Z", end = "2026-12-18T00:00:00Z" }] }
  }
  expect_failures = [var.maintenance]
}
