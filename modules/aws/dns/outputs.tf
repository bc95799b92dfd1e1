output "zone_id" {
  description = "Identifier of the zone."
  value       = local.zone_id
}

output "zone_arn" {
  description = "ARN of the zone."
  value       = local.zone_arn
}

output "domain" {
  description = "Name of the zone."
  value       = var.domain
}

output "delegation" {
  description = "The NS record to put into the parent zone: name, type, ttl in seconds and values. Null for a private or an existing zone."
  value = var.existing_zone == null && length(var.private_vpc_ids) == 0 ? {
    name   = var.domain
    type   = "NS"
    ttl    = var.delegation_ttl
    values = aws_route53_zone.this[0].name_servers
  } : null
}

output "ds_record" {
  description = "The DS record to put into the parent zone once the zone is signed; null without `dnssec_key`."
  value       = one(aws_route53_key_signing_key.this[*].ds_record)
}

output "external_dns_role_arns" {
  description = "ARN of the role of each external-dns."
  value       = { for name, role in aws_iam_role.external_dns : name => role.arn }
}
