output "oidc_provider_arn" {
  description = "ARN of the issuer in IAM, for further calls of this module in the account."
  value       = local.provider_arn
}

output "plan_role_arn" {
  description = "ARN of the role that plans."
  value       = aws_iam_role.this["plan"].arn
}

output "apply_role_arn" {
  description = "ARN of the role that applies."
  value       = aws_iam_role.this["apply"].arn
}

output "store_role_arn" {
  description = "ARN of the role that keeps plans; null without `store`."
  value       = var.store == null ? null : aws_iam_role.this["store"].arn
}
