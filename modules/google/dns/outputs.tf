output "zone_name" {
  description = "Resource name of the zone."
  value       = local.zone_name
}

output "domain" {
  description = "Name of the zone, without a trailing dot."
  value       = var.domain
}

output "delegation" {
  description = "The NS record to put into the parent zone: name, type, ttl in seconds and values. Null for a private or an existing zone."
  value = var.existing_zone == null && local.public ? {
    name   = var.domain
    type   = "NS"
    ttl    = var.delegation_ttl
    values = google_dns_managed_zone.this[0].name_servers
  } : null
}

output "ds_record" {
  description = "The DS record to put into the parent zone; null where the zone is not signed."
  value       = local.signed ? data.google_dns_keys.this[0].key_signing_keys[0].ds_record : null
}
