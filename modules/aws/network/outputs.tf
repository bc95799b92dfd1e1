output "vpc_id" {
  description = "Identifier of the VPC."
  value       = local.vpc_id
}

output "cidr" {
  description = "IPv4 range of the subnets."
  value       = var.cidr
}

output "private_subnet_ids" {
  description = "Subnets for nodes, in the order of `zones`."
  value       = [for zone in var.zones : aws_subnet.private[zone].id]
}

output "public_subnet_ids" {
  description = "Subnets for load balancers, in the order of `zones`."
  value       = [for zone in var.zones : aws_subnet.public[zone].id]
}

output "control_subnet_ids" {
  description = "Subnets for the cluster's own interfaces, in the order of `zones`."
  value       = [for zone in var.zones : aws_subnet.control[zone].id]
}

output "private_subnets" {
  description = "The private subnet of each zone, for node pools in one zone."
  value       = { for zone, subnet in aws_subnet.private : zone => subnet.id }
}

output "private_route_table_ids" {
  description = "Route tables of the private subnets, for peering and further endpoints."
  value       = [for zone in var.zones : aws_route_table.private[zone].id]
}

output "nat_public_ips" {
  description = "Addresses that traffic from private subnets comes from. Empty with `nat.allocation_ids`."
  value       = [for address in aws_eip.nat : address.public_ip]
}
