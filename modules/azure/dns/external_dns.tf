resource "azurerm_user_assigned_identity" "external_dns" {
  for_each = var.external_dns

  name                = "${each.key}-external-dns"
  resource_group_name = var.resource_group_name
  location            = var.region
  tags                = var.tags
}

resource "azurerm_federated_identity_credential" "external_dns" {
  for_each = var.external_dns

  name                      = "external-dns"
  user_assigned_identity_id = azurerm_user_assigned_identity.external_dns[each.key].id
  issuer                    = each.value.issuer_url
  subject                   = "system:serviceaccount:${each.value.namespace}:${each.value.service_account}"
  audience                  = ["api://AzureADTokenExchange"]
}

resource "azurerm_role_assignment" "external_dns" {
  for_each = var.external_dns

  scope                = local.zone_id
  role_definition_name = "DNS Zone Contributor"
  principal_id         = azurerm_user_assigned_identity.external_dns[each.key].principal_id
  principal_type       = "ServicePrincipal"
}
