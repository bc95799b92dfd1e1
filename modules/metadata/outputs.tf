output "name" {
  description = "`<name_prefix>-<environment>-<region>`, not longer than `max_length`."
  value       = local.name

  precondition {
    condition     = length(local.name) <= var.max_length
    error_message = "The name ${local.name} has ${length(local.name)} characters; at most ${var.max_length} are allowed here. Shorten name_prefix or the environment's name."
  }
}

output "domain" {
  description = "`<environment>.<base_domain>`: the environment's own zone. Empty without a base domain."
  value       = local.domain
}

output "fqdn" {
  description = "`<name_prefix>-<region>.<environment>.<base_domain>`. Empty without a base domain."
  value       = local.fqdn
}

output "labels" {
  description = "Kubernetes labels: name, environment, region and provider, each key with the label prefix."
  value       = { for key, value in local.parts : local.label_prefix == "" ? key : "${local.label_prefix}/${key}" => value }
}

output "tags" {
  description = "Tags for cloud resources: name, environment, region and provider in a spelling that every cloud takes, and `extra_tags`."
  value       = merge(local.parts, var.extra_tags)
}
