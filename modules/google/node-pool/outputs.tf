output "id" {
  description = "Identifier of the pool."
  value       = google_container_node_pool.this.id
}

output "name" {
  description = "Name of the pool."
  value       = google_container_node_pool.this.name
}

output "instance_group_urls" {
  description = "Managed instance groups behind the pool, one a zone."
  value       = google_container_node_pool.this.managed_instance_group_urls
}
