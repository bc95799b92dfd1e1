output "name" {
  description = "Name of the cluster."
  value       = kind_cluster.this.name
}

output "context" {
  description = "Name of the context in the kubeconfig."
  value       = "kind-${kind_cluster.this.name}"
}

output "endpoint" {
  description = "Address of the cluster's API."
  value       = kind_cluster.this.endpoint
}

output "certificate_authority" {
  description = "Certificate authority of the API, PEM. Public, not a credential."
  value       = kind_cluster.this.cluster_ca_certificate
}

output "domain" {
  description = "The environment's own domain; empty without `base_domain`."
  value       = module.metadata.domain
}

output "fqdn" {
  description = "Fully qualified name of the cluster; empty without `base_domain`."
  value       = module.metadata.fqdn
}
