variable "name_prefix" {
  description = "First part of every name: what the thing is, such as `gc0` for a general-purpose cluster. Lower-case letters, digits and dashes, 1 to 20 characters."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$", var.name_prefix))
    error_message = "name_prefix must start with a lower-case letter, hold only lower-case letters, digits and dashes, not end with a dash, and be 1 to 20 characters long."
  }
}

variable "environment" {
  description = "Name of the environment, such as `ops` or `apps`. Lower-case letters, digits and dashes, 1 to 20 characters."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$", var.environment))
    error_message = "environment must start with a lower-case letter, hold only lower-case letters, digits and dashes, not end with a dash, and be 1 to 20 characters long."
  }
}

variable "region" {
  description = "Region as the provider writes it (`eu-west-1`, `westeurope`). Becomes the last part of the name; left out of it when empty."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([a-z]([a-z0-9-]{0,30}[a-z0-9])?)?$", var.region))
    error_message = "region must hold only lower-case letters, digits and dashes, start with a letter and not end with a dash. For Azure write the region's name (westeurope), not its display name (West Europe)."
  }
}

variable "base_domain" {
  description = "Domain under which every environment has its own sub-domain, without a trailing dot. `domain` and `fqdn` are empty when it is."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.base_domain == "" || (length(var.base_domain) <= 190 && can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", var.base_domain)))
    error_message = "base_domain must be a lower-case DNS name of at least two labels without a trailing dot, such as infra.example.com."
  }
}

variable "provider_name" {
  description = "Short name of the provider for tags and labels, such as `aws`. Not a part of the name; no tag when empty."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]{0,16}$", var.provider_name))
    error_message = "provider_name must hold only lower-case letters and digits, at most 16."
  }
}

variable "max_length" {
  description = "Longest name that the resource at hand takes, in characters. A name is never cut, since two long names could become the same one."
  type        = number
  default     = 63
  nullable    = false

  validation {
    condition     = var.max_length >= 8 && var.max_length <= 255 && floor(var.max_length) == var.max_length
    error_message = "max_length must be a whole number from 8 to 255."
  }
}

variable "label_prefix" {
  description = "DNS name in front of the Kubernetes labels' keys (`<prefix>/environment`). Null takes `base_domain`; empty leaves the prefix out."
  type        = string
  default     = null

  validation {
    condition     = var.label_prefix == null ? true : can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*)?$", var.label_prefix))
    error_message = "label_prefix must be a lower-case DNS name without a slash, or empty."
  }
}

variable "extra_tags" {
  description = "Tags to add, or to put in the place of ours. Keys and values that every cloud takes: lower-case letters, digits, dashes and underscores, at most 63 characters."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([
      for key, value in var.extra_tags :
      can(regex("^[a-z][a-z0-9_-]{0,62}$", key)) && can(regex("^[a-z0-9_-]{0,63}$", value))
    ])
    error_message = "extra_tags: keys must start with a lower-case letter; keys and values hold only lower-case letters, digits, dashes and underscores, at most 63 characters."
  }
}
