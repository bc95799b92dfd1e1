output "id" {
  description = "Identifier of the cluster."
  value       = terraform_data.cluster.id
}

output "name" {
  description = "Name of the cluster."
  value       = terraform_data.cluster.output.name
}

output "endpoint" {
  description = "Address of the cluster's API."
  value       = "https://${module.metadata.fqdn}:6443"
}

output "domain" {
  description = "The environment's own domain."
  value       = module.metadata.domain
}

output "fqdn" {
  description = "Fully qualified name of the cluster."
  value       = module.metadata.fqdn
}

output "zones" {
  description = "Zones that the cluster spans, sorted."
  value       = local.zones
}

output "node_pools" {
  description = "Smallest and largest number of nodes of each pool."
  value       = { for name, pool in terraform_data.node_pool : name => pool.output.size }
}
