output "bucket" {
  description = "Name of the bucket."
  value       = google_storage_bucket.this.name
}

output "kms_key_id" {
  description = "Key that states are encrypted with."
  value       = local.kms_key_id
}

output "backend" {
  description = "What to write into the backend block of terrace.hcl, besides `prefix`. The bucket encrypts by itself, and Cloud Storage locks states by itself."
  value       = { bucket = google_storage_bucket.this.name }
}
