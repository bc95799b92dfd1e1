variable "project_id" {
  description = "Project to make things in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id must be the id of a project: 6 to 30 lower-case letters, digits and dashes, a letter first."
  }
}

variable "bucket" {
  description = "Name of the bucket, unique in all of Google Cloud: 3 to 63 lower-case letters, digits and dashes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket)) && !startswith(var.bucket, "goog") && !strcontains(var.bucket, "google")
    error_message = "bucket must be 3 to 63 lower-case letters, digits and dashes, without google in it."
  }
}

variable "location" {
  description = "Region or multi-region of the bucket and its key, such as `europe-west1` or `eu`."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^([a-z]+-[a-z]+[0-9]+|eu|us|asia)$", var.location))
    error_message = "location must be a region such as europe-west1, or eu, us or asia."
  }
}

variable "kms_key" {
  description = "KMS key (`projects/…/cryptoKeys/…`) in the bucket's location to encrypt with: its id; Cloud Storage's service agent must be allowed to use it. Null makes one, with rotation."
  type        = object({ id = string })
  default     = null

  validation {
    condition     = var.kms_key == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.kms_key.id))
    error_message = "kms_key.id must be projects/…/locations/…/keyRings/…/cryptoKeys/…."
  }
}

variable "keep_versions_days" {
  description = "How long replaced or deleted versions of a state are kept, in days: how far back a lost state can be brought back."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = var.keep_versions_days >= 30
    error_message = "keep_versions_days must be at least 30."
  }
}

variable "keep_versions" {
  description = "How many replaced versions are kept however old they are."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.keep_versions >= 1 && var.keep_versions <= 1000
    error_message = "keep_versions must be from 1 to 1000."
  }
}

variable "access_log_bucket" {
  description = "Bucket that gets the access logs. Null keeps none; audit logs of data access are the other way."
  type        = string
  default     = null
}

variable "labels" {
  description = "Labels of what is made here."
  type        = map(string)
  default     = {}
  nullable    = false
}
