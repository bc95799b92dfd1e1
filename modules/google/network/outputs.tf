output "network_id" {
  description = "Identifier of the VPC."
  value       = local.network_id
}

output "subnetwork_id" {
  description = "Identifier of the nodes' subnet."
  value       = google_compute_subnetwork.nodes.id
}

output "pod_range_name" {
  description = "Name of the secondary range of pods."
  value       = "pods"
}

output "service_range_name" {
  description = "Name of the secondary range of Services."
  value       = "services"
}

output "nat_ips" {
  description = "Static addresses that nodes are seen with outside; empty where Google chooses them."
  value       = [for name in local.nat_names : google_compute_address.nat[name].address]
}
