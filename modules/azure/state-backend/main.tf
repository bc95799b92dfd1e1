resource "azurerm_storage_account" "this" {
  name                     = var.storage_account_name
  resource_group_name      = var.resource_group_name
  location                 = var.region
  account_kind             = "StorageV2"
  account_tier             = "Standard"
  account_replication_type = var.replication

  min_tls_version            = "TLS1_2"
  https_traffic_only_enabled = true
  # Entra ID only: a key would open every state to whoever holds it.
  shared_access_key_enabled         = false
  default_to_oauth_authentication   = true
  local_user_enabled                = false
  allow_nested_items_to_be_public   = false
  cross_tenant_replication_enabled  = false
  infrastructure_encryption_enabled = true

  blob_properties {
    versioning_enabled = true

    delete_retention_policy {
      days = var.keep_deleted_days
    }

    container_delete_retention_policy {
      days = var.keep_deleted_days
    }
  }

  dynamic "network_rules" {
    for_each = length(var.allowed.cidrs) + length(var.allowed.subnet_ids) == 0 ? [] : [var.allowed]

    content {
      default_action             = "Deny"
      bypass                     = ["AzureServices"]
      ip_rules                   = network_rules.value.cidrs
      virtual_network_subnet_ids = network_rules.value.subnet_ids
    }
  }

  dynamic "identity" {
    for_each = var.encryption_key == null ? [] : [var.encryption_key.identity_id]

    content {
      type         = "UserAssigned"
      identity_ids = [identity.value]
    }
  }

  dynamic "customer_managed_key" {
    for_each = var.encryption_key == null ? [] : [var.encryption_key]

    content {
      key_vault_key_id          = customer_managed_key.value.key_vault_key_id
      user_assigned_identity_id = customer_managed_key.value.identity_id
    }
  }

  tags = var.tags

  lifecycle {
    prevent_destroy = true
  }
}

resource "azurerm_storage_container" "this" {
  name                  = var.container_name
  storage_account_id    = azurerm_storage_account.this.id
  container_access_type = "private"

  lifecycle {
    prevent_destroy = true
  }
}

resource "azurerm_management_lock" "this" {
  count = var.deletion_protection ? 1 : 0

  name       = "deletion-protection"
  scope      = azurerm_storage_account.this.id
  lock_level = "CanNotDelete"
  notes      = "Every Terraform state is in here."
}
