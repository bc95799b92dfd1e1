output "pool_name" {
  description = "Full name of the workload identity pool, for further calls of this module."
  value       = local.pool
}

output "provider_name" {
  description = "Full name of the provider, which the forge's login step asks for; null with `existing_pool`."
  value       = one(google_iam_workload_identity_pool_provider.this[*].name)
}

output "plan_service_account" {
  description = "E-mail of the account that plans."
  value       = google_service_account.this["plan"].email
}

output "apply_service_account" {
  description = "E-mail of the account that applies."
  value       = google_service_account.this["apply"].email
}

output "store_service_account" {
  description = "E-mail of the account that keeps plans; null without `store_bucket`."
  value       = var.store_bucket == null ? null : google_service_account.this["store"].email
}
