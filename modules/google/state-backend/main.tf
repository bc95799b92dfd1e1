locals {
  kms_key_id = var.kms_key == null ? google_kms_crypto_key.this[0].id : var.kms_key.id
}

data "google_storage_project_service_account" "this" {
  count = var.kms_key == null ? 1 : 0

  project = var.project_id
}

resource "google_kms_key_ring" "this" {
  count = var.kms_key == null ? 1 : 0

  project  = var.project_id
  location = var.location
  name     = var.bucket
}

resource "google_kms_crypto_key" "this" {
  count = var.kms_key == null ? 1 : 0

  key_ring        = google_kms_key_ring.this[0].id
  name            = "state"
  rotation_period = "7776000s"
  labels          = var.labels

  # Without the key, every state is lost.
  lifecycle {
    prevent_destroy = true
  }
}

resource "google_kms_crypto_key_iam_member" "storage" {
  count = var.kms_key == null ? 1 : 0

  crypto_key_id = google_kms_crypto_key.this[0].id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:${data.google_storage_project_service_account.this[0].email_address}"
}

resource "google_storage_bucket" "this" {
  project                     = var.project_id
  name                        = var.bucket
  location                    = var.location
  storage_class               = "STANDARD"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = false
  labels                      = var.labels

  versioning {
    enabled = true
  }

  encryption {
    default_kms_key_name = local.kms_key_id
  }

  # Deleted objects and buckets can be brought back for 30 days.
  soft_delete_policy {
    retention_duration_seconds = 2592000
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }

    # Both must hold: old enough, and enough newer ones.
    condition {
      days_since_noncurrent_time = var.keep_versions_days
      num_newer_versions         = var.keep_versions
      with_state                 = "ARCHIVED"
    }
  }

  dynamic "logging" {
    for_each = var.access_log_bucket == null ? [] : [var.access_log_bucket]

    content {
      log_bucket        = logging.value
      log_object_prefix = var.bucket
    }
  }

  depends_on = [google_kms_crypto_key_iam_member.storage]

  lifecycle {
    prevent_destroy = true
  }
}
