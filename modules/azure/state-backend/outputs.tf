output "storage_account_id" {
  description = "Identifier of the storage account."
  value       = azurerm_storage_account.this.id
}

output "container_id" {
  description = "Identifier of the container, the scope for those who read and write states."
  value       = azurerm_storage_container.this.id
}

output "backend" {
  description = "What to write into the backend block of terrace.hcl, besides `key`. States are locked by leases."
  value = {
    resource_group_name  = var.resource_group_name
    storage_account_name = var.storage_account_name
    container_name       = var.container_name
    use_azuread_auth     = true
  }
}
