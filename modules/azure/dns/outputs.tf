output "zone_id" {
  description = "Identifier of the zone."
  value       = local.zone_id
}

output "domain" {
  description = "Name of the zone."
  value       = var.domain
}

output "delegation" {
  description = "The NS record to put into the parent zone: name, type, ttl in seconds and values. Null for a private or an existing zone."
  value = local.made ? {
    name   = var.domain
    type   = "NS"
    ttl    = var.delegation_ttl
    values = sort(azurerm_dns_zone.this[0].name_servers)
  } : null
}

output "external_dns_client_ids" {
  description = "Client id of each external-dns, for the annotation of its service account."
  value       = { for name, identity in azurerm_user_assigned_identity.external_dns : name => identity.client_id }
}
