output "zone_id" {
  description = "Identifier of the zone."
  value       = terraform_data.zone.id
}

output "domain" {
  description = "Name of the zone."
  value       = terraform_data.zone.output
}

output "records" {
  description = "Fully qualified names that have a record, sorted."
  value       = sort([for record in terraform_data.record : record.output.fqdn])
}
