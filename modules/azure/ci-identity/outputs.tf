output "plan_client_id" {
  description = "Client id of the identity that plans. An identifier, not a secret."
  value       = azurerm_user_assigned_identity.this["plan"].client_id
}

output "apply_client_id" {
  description = "Client id of the identity that applies."
  value       = azurerm_user_assigned_identity.this["apply"].client_id
}

output "store_client_id" {
  description = "Client id of the identity that keeps plans; null without `store_container`."
  value       = var.store_container == null ? null : azurerm_user_assigned_identity.this["store"].client_id
}
