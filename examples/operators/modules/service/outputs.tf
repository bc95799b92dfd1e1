output "domain" {
  description = "Domain it answers at."
  value       = var.domain
}
