output "name" {
  description = "Name of the cluster."
  value       = aws_eks_cluster.this.name
}

output "arn" {
  description = "ARN of the cluster."
  value       = aws_eks_cluster.this.arn
}

output "endpoint" {
  description = "Address of the cluster's API."
  value       = aws_eks_cluster.this.endpoint
}

output "certificate_authority" {
  description = "Certificate authority of the API, PEM in base64. Public, not a credential."
  value       = aws_eks_cluster.this.certificate_authority[0].data
}

output "version" {
  description = "Kubernetes version of the control plane."
  value       = aws_eks_cluster.this.version
}

output "issuer_url" {
  description = "Issuer of the service accounts' tokens."
  value       = aws_eks_cluster.this.identity[0].oidc[0].issuer
}

output "oidc_provider_arn" {
  description = "ARN of the issuer in IAM; null without `oidc_provider`."
  value       = one(aws_iam_openid_connect_provider.this[*].arn)
}

output "security_group_id" {
  description = "Security group that EKS made for the control plane and the nodes."
  value       = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
}

output "node_role_arn" {
  description = "ARN of the nodes' role, for further node pools."
  value       = local.node_role_arn
}

output "encryption_key_arn" {
  description = "ARN of the key that encrypts Kubernetes Secrets."
  value       = local.encryption_key_arn
}

output "domain" {
  description = "The environment's own domain; empty without `base_domain`."
  value       = module.metadata.domain
}

output "fqdn" {
  description = "Fully qualified name of the cluster; empty without `base_domain`."
  value       = module.metadata.fqdn
}
