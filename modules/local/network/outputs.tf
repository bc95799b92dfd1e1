output "id" {
  description = "Identifier of the network."
  value       = terraform_data.network.id
}

output "name" {
  description = "Name of the network."
  value       = terraform_data.network.output.name
}

output "cidr" {
  description = "IPv4 range of the network."
  value       = var.cidr
}

output "subnets" {
  description = "IPv4 range of the subnet of each zone."
  value       = { for zone, subnet in terraform_data.subnet : zone => subnet.output.cidr }
}
