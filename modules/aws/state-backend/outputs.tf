output "bucket" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.this.id
}

output "bucket_arn" {
  description = "ARN of the bucket, for the roles that read and write states."
  value       = local.bucket_arn
}

output "kms_key_arn" {
  description = "ARN of the key, for the roles that read and write states."
  value       = local.kms_key_arn
}

output "backend" {
  description = "What to write into the backend block of terrace.hcl, besides `key`. Without `encrypt`: the bucket encrypts with its key by itself, and `encrypt` without `kms_key_id` would ask for S3's own."
  value = {
    bucket       = var.bucket
    region       = var.region
    use_lockfile = true
  }
}
