output "id" {
  description = "Identifier of the pool."
  value       = azurerm_kubernetes_cluster_node_pool.this.id
}

output "name" {
  description = "Name of the pool."
  value       = azurerm_kubernetes_cluster_node_pool.this.name
}
