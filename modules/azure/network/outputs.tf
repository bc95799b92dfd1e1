output "network_id" {
  description = "Identifier of the virtual network."
  value       = local.network.id
}

output "node_subnet_id" {
  description = "Subnet of the nodes. Known once its NAT gateway is attached, since AKS asks for that."
  value       = azurerm_subnet.nodes.id

  depends_on = [azurerm_subnet_nat_gateway_association.nodes]
}

output "endpoint_subnet_id" {
  description = "Subnet for private endpoints."
  value       = azurerm_subnet.endpoints.id
}

output "api_server_subnet_id" {
  description = "Subnet for the control plane's interface in the network, delegated to AKS."
  value       = azurerm_subnet.api_server.id
}

output "nat_public_ips" {
  description = "Addresses that nodes are seen with outside; empty with `nat.address_ids`."
  value       = [for name in local.addresses : azurerm_public_ip.nat[name].ip_address]
}
