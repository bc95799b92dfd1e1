mock_provider "google" {
  mock_data "google_storage_project_service_account" {
    defaults = { email_address = "service-1@gs-project-accounts.iam.gserviceaccount.com" }
  }
}

variables {
  project_id = "acme-platform"
  bucket     = "acme-tfstate"
  location   = "europe-west1"
}

# Planned only: what is made here refuses to be destroyed after the test.
run "defaults" {
  command = plan

  assert {
    condition     = google_storage_bucket.this.versioning[0].enabled && google_storage_bucket.this.uniform_bucket_level_access && google_storage_bucket.this.public_access_prevention == "enforced" && !google_storage_bucket.this.force_destroy
    error_message = "Versioned, without access lists, never public."
  }
  assert {
    condition     = google_kms_crypto_key.this[0].rotation_period == "7776000s" && google_kms_crypto_key_iam_member.storage[0].member == "serviceAccount:service-1@gs-project-accounts.iam.gserviceaccount.com"
    error_message = "A key of its own that Cloud Storage may use."
  }
  assert {
    condition     = one(google_storage_bucket.this.lifecycle_rule[0].condition).days_since_noncurrent_time == 365 && one(google_storage_bucket.this.lifecycle_rule[0].condition).num_newer_versions == 20 && length(google_storage_bucket.this.logging) == 0
    error_message = "Old versions go after a year, but never the last twenty."
  }
}

run "everything_set" {
  command = plan
  variables {
    kms_key            = { id = "projects/p/locations/l/keyRings/r/cryptoKeys/k" }
    keep_versions_days = 90
    keep_versions      = 5
    access_log_bucket  = "acme-logs"
    labels             = { team = "platform" }
  }
  assert {
    condition     = length(google_kms_crypto_key.this) == 0 && length(google_kms_key_ring.this) == 0 && google_storage_bucket.this.encryption[0].default_kms_key_name == "projects/p/locations/l/keyRings/r/cryptoKeys/k" && output.kms_key_id == "projects/p/locations/l/keyRings/r/cryptoKeys/k"
    error_message = "A given key is used, not made."
  }
  assert {
    condition     = google_storage_bucket.this.logging[0].log_bucket == "acme-logs" && google_storage_bucket.this.labels.team == "platform" && one(google_storage_bucket.this.lifecycle_rule[0].condition).days_since_noncurrent_time == 90 && one(google_storage_bucket.this.lifecycle_rule[0].condition).num_newer_versions == 5
    error_message = "Logs, labels and retention."
  }
}

run "refuses" {
  command = plan
  variables {
    project_id         = "acme"
    bucket             = "my-google-bucket"
    location           = "Europe"
    kms_key            = { id = "key" }
    keep_versions_days = 1
    keep_versions      = 0
  }
  expect_failures = [var.project_id, var.bucket, var.location, var.kms_key, var.keep_versions_days, var.keep_versions]
}
