variable "bucket" {
  description = "Name of the bucket, unique in all of AWS: 3 to 63 lower-case letters, digits and dashes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket)) && !startswith(var.bucket, "xn--") && !endswith(var.bucket, "-s3alias")
    error_message = "bucket must be 3 to 63 lower-case letters, digits and dashes, a letter or digit first and last."
  }
}

variable "region" {
  description = "Region of the bucket, such as `eu-west-1`, for the output `backend`. Must be the provider's own region."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be an AWS region such as eu-west-1."
  }
}

variable "kms_key" {
  description = "KMS key to encrypt with: its ARN. Null makes one, with rotation."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = var.kms_key == null ? true : can(regex("^arn:aws[a-z-]*:kms:", var.kms_key.arn))
    error_message = "kms_key.arn must be the ARN of a KMS key."
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
  description = "How many replaced versions are kept however old they are, at most 100."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.keep_versions >= 1 && var.keep_versions <= 100
    error_message = "keep_versions must be from 1 to 100."
  }
}

variable "access_log_bucket" {
  description = "Bucket that gets the access logs. Null keeps none; CloudTrail data events are the other way."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of what is made here."
  type        = map(string)
  default     = {}
  nullable    = false
}
