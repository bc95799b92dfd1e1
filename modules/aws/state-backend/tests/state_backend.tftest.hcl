mock_provider "aws" {
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:111111111111:key/made" }
  }
}

variables {
  bucket = "acme-tfstate"
  region = "eu-west-1"
}

# Planned only: what is made here refuses to be destroyed after the test.
run "defaults" {
  command = plan

  assert {
    condition     = !aws_s3_bucket.this.force_destroy && aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "Every version of a state is kept."
  }
  assert {
    condition     = aws_s3_bucket_public_access_block.this.block_public_acls && aws_s3_bucket_public_access_block.this.block_public_policy && aws_s3_bucket_public_access_block.this.ignore_public_acls && aws_s3_bucket_public_access_block.this.restrict_public_buckets
    error_message = "Nothing is public."
  }
  assert {
    condition     = aws_kms_key.this[0].enable_key_rotation && aws_s3_bucket_ownership_controls.this.rule[0].object_ownership == "BucketOwnerEnforced"
    error_message = "A key of its own, and no access lists."
  }
  assert {
    condition     = jsondecode(aws_s3_bucket_policy.this.policy).Statement[0].Condition.Bool["aws:SecureTransport"] == "false"
    error_message = "TLS only."
  }
  assert {
    condition     = jsondecode(aws_s3_bucket_policy.this.policy).Statement[2].Condition == { Null = { "s3:x-amz-server-side-encryption" = "false" }, StringNotEquals = { "s3:x-amz-server-side-encryption" = "aws:kms" } } && !contains(keys(output.backend), "encrypt")
    error_message = "Nobody asks for another key than the bucket's kind, and the backend asks for none."
  }
  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration[0].noncurrent_days == 365 && aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration[0].newer_noncurrent_versions == 20
    error_message = "Old versions go after a year, but never the last twenty."
  }
  assert {
    condition     = length(aws_s3_bucket_logging.this) == 0 && output.bucket_arn == "arn:aws:s3:::acme-tfstate"
    error_message = "No access logs that were not asked for."
  }
}

run "everything_set" {
  command = plan
  variables {
    kms_key            = { arn = "arn:aws:kms:eu-west-1:111111111111:key/given" }
    keep_versions_days = 90
    keep_versions      = 5
    access_log_bucket  = "acme-logs"
    tags               = { team = "platform" }
  }

  assert {
    condition     = length(aws_kms_key.this) == 0 && length(aws_kms_alias.this) == 0 && one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default).kms_master_key_id == "arn:aws:kms:eu-west-1:111111111111:key/given" && output.backend.use_lockfile
    error_message = "A given key is used, and the state file locks itself."
  }
  assert {
    condition     = aws_s3_bucket_logging.this[0].target_bucket == "acme-logs" && aws_s3_bucket.this.tags.team == "platform"
    error_message = "Access logs and tags."
  }
  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration[0].noncurrent_days == 90 && aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration[0].newer_noncurrent_versions == 5
    error_message = "Retention as asked for."
  }
}

run "refuses" {
  command = plan
  variables {
    bucket             = "Acme_State"
    region             = "Europe"
    kms_key            = { arn = "key" }
    keep_versions_days = 1
    keep_versions      = 0
  }
  expect_failures = [
    var.bucket,
    var.region,
    var.kms_key,
    var.keep_versions_days,
    var.keep_versions,
  ]
}
