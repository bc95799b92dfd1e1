output "id" {
  description = "Identifier of the cluster."
  value       = azurerm_kubernetes_cluster.this.id
}

output "name" {
  description = "Name of the cluster."
  value       = azurerm_kubernetes_cluster.this.name
}

output "endpoint" {
  description = "Address of the cluster's API."
  value       = "https://${local.private ? azurerm_kubernetes_cluster.this.private_fqdn : azurerm_kubernetes_cluster.this.fqdn}:443"
}

output "certificate_authority" {
  description = "Certificate authority of the API, PEM in base64. Public, not a credential."
  value       = nonsensitive(azurerm_kubernetes_cluster.this.kube_config[0].cluster_ca_certificate)
}

output "version" {
  description = "Kubernetes version of the control plane."
  value       = azurerm_kubernetes_cluster.this.current_kubernetes_version
}

output "issuer_url" {
  description = "Issuer of the service accounts' tokens."
  value       = azurerm_kubernetes_cluster.this.oidc_issuer_url
}

output "identity_principal_id" {
  description = "Principal of the control plane's identity, for further role assignments."
  value       = local.identity.principal_id
}

output "kubelet_identity_object_id" {
  description = "Principal of the nodes' identity, for the right to pull images."
  value       = one(azurerm_kubernetes_cluster.this.kubelet_identity[*].object_id)
}

output "node_resource_group" {
  description = "Resource group that AKS keeps nodes, disks and load balancers in."
  value       = azurerm_kubernetes_cluster.this.node_resource_group
}

output "node_subnet_id" {
  description = "Subnet of the nodes, for further node pools."
  value       = var.node_subnet_id
}

output "domain" {
  description = "The environment's own domain; empty without `base_domain`."
  value       = module.metadata.domain
}

output "fqdn" {
  description = "Fully qualified name of the cluster; empty without `base_domain`."
  value       = module.metadata.fqdn
}
