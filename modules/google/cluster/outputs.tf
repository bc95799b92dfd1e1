output "id" {
  description = "Identifier of the cluster."
  value       = google_container_cluster.this.id
}

output "name" {
  description = "Name of the cluster."
  value       = google_container_cluster.this.name
}

output "location" {
  description = "Region of the control plane, for further node pools."
  value       = google_container_cluster.this.location
}

output "endpoint" {
  description = "Address of the cluster's API: its DNS-based endpoint."
  value       = "https://${google_container_cluster.this.control_plane_endpoints_config[0].dns_endpoint_config[0].endpoint}"
}

output "ip_endpoint" {
  description = "IP address of the cluster's API: the private one, or the public one with `endpoint.public_cidrs`."
  value       = google_container_cluster.this.endpoint
}

output "certificate_authority" {
  description = "Certificate authority of the IP address, PEM in base64. Public, not a credential. The DNS-based endpoint has a certificate that everybody trusts."
  value       = google_container_cluster.this.master_auth[0].cluster_ca_certificate
}

output "version" {
  description = "Kubernetes version of the control plane."
  value       = google_container_cluster.this.master_version
}

output "issuer_url" {
  description = "Issuer of the service accounts' tokens."
  value       = "https://container.googleapis.com/v1/${google_container_cluster.this.id}"
}

output "workload_pool" {
  description = "Workload identity pool of the cluster."
  value       = "${var.project_id}.svc.id.goog"
}

output "node_service_account" {
  description = "E-mail of the nodes' service account, for further node pools."
  value       = local.node_service_account
}

output "domain" {
  description = "The environment's own domain; empty without `base_domain`."
  value       = module.metadata.domain
}

output "fqdn" {
  description = "Fully qualified name of the cluster; empty without `base_domain`."
  value       = module.metadata.fqdn
}
