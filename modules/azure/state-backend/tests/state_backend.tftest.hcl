mock_provider "azurerm" {}

variables {
  resource_group_name  = "acme-state"
  region               = "westeurope"
  storage_account_name = "acmetfstate"
}

# Planned only: what is made here refuses to be destroyed after the test.
run "defaults" {
  command = plan

  assert {
    condition     = !azurerm_storage_account.this.shared_access_key_enabled && azurerm_storage_account.this.min_tls_version == "TLS1_2" && !azurerm_storage_account.this.allow_nested_items_to_be_public && azurerm_storage_account.this.infrastructure_encryption_enabled && !azurerm_storage_account.this.local_user_enabled
    error_message = "No keys, no old TLS, nothing public."
  }
  assert {
    condition     = azurerm_storage_account.this.blob_properties[0].versioning_enabled && azurerm_storage_account.this.blob_properties[0].delete_retention_policy[0].days == 90 && azurerm_storage_account.this.account_replication_type == "ZRS" && azurerm_storage_container.this.name == "tfstate" && azurerm_storage_container.this.container_access_type == "private"
    error_message = "Versions, deleted states, copies."
  }
  assert {
    condition     = length(azurerm_management_lock.this) == 1 && length(azurerm_storage_account.this.network_rules) == 0 && length(azurerm_storage_account.this.customer_managed_key) == 0 && output.backend.use_azuread_auth
    error_message = "Locked, and Entra ID decides."
  }
}

run "everything_set" {
  command = plan
  variables {
    container_name      = "states"
    replication         = "GZRS"
    encryption_key      = { key_vault_key_id = "https://acme.vault.azure.net/keys/state", identity_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/a/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i" }
    allowed             = { cidrs = ["198.51.100.0/24"], subnet_ids = ["/subnets/ci"] }
    keep_deleted_days   = 30
    deletion_protection = false
    tags                = { team = "platform" }
  }
  assert {
    condition     = azurerm_storage_account.this.network_rules[0].default_action == "Deny" && azurerm_storage_account.this.customer_managed_key[0].key_vault_key_id == "https://acme.vault.azure.net/keys/state" && azurerm_storage_account.this.identity[0].type == "UserAssigned"
    error_message = "Network and key."
  }
  assert {
    condition     = azurerm_storage_account.this.account_replication_type == "GZRS" && output.backend.container_name == "states" && azurerm_storage_account.this.blob_properties[0].container_delete_retention_policy[0].days == 30 && length(azurerm_management_lock.this) == 0 && azurerm_storage_account.this.tags.team == "platform"
    error_message = "Copies, names, retention, lock, tags."
  }
}

run "refuses" {
  command = plan
  variables {
    resource_group_name  = "a/b"
    region               = "West Europe"
    storage_account_name = "acme-state"
    container_name       = "a"
    replication          = "ALL"
    encryption_key       = { key_vault_key_id = "key", identity_id = "/i" }
    allowed              = { cidrs = ["0.0.0.0/0"] }
    keep_deleted_days    = 1
  }
  expect_failures = [
    var.resource_group_name,
    var.region,
    var.storage_account_name,
    var.container_name,
    var.replication,
    var.encryption_key,
    var.allowed,
    var.keep_deleted_days,
  ]
}
