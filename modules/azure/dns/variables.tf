variable "resource_group_name" {
  description = "Resource group to make things in; it must be there already."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._()-]{1,90}$", var.resource_group_name)) && !endswith(var.resource_group_name, ".")
    error_message = "resource_group_name must be 1 to 90 letters, digits, dots, dashes, underscores and parentheses, no dot at the end."
  }
}

variable "domain" {
  description = "Name of the zone, without a trailing dot, such as `ops.infra.acme.example`."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.domain) <= 253 && can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", var.domain))
    error_message = "domain must be a lower-case DNS name of at least two labels without a trailing dot."
  }
}

variable "private_networks" {
  description = "Virtual networks that see the zone: their ids, by a name of your choice. Any makes it a private zone; none makes it public."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "existing_zone" {
  description = "A public zone that is there already, in `resource_group_name`, to put records into: its id. Nothing is made then but what is asked for below."
  type        = object({ id = string })
  default     = null

  validation {
    condition     = var.existing_zone == null || length(var.private_networks) == 0
    error_message = "existing_zone is for a public zone: leave private_networks empty."
  }
}

variable "parent_zone" {
  description = "Public zone of the parent domain in the same subscription, to delegate from: its resource group and its name. Null leaves the delegation to you: see the output `delegation`."
  type = object({
    resource_group_name = string
    name                = string
  })
  default = null

  validation {
    condition     = var.parent_zone == null ? true : length(var.private_networks) == 0 && var.existing_zone == null && endswith(var.domain, ".${var.parent_zone.name}")
    error_message = "parent_zone is for a new public zone whose domain lies under it."
  }
}

variable "delegation_ttl" {
  description = "How long the delegation may be cached, in seconds."
  type        = number
  default     = 3600
  nullable    = false

  validation {
    condition     = var.delegation_ttl >= 60 && var.delegation_ttl <= 172800
    error_message = "delegation_ttl must be from 60 to 172800 seconds."
  }
}

variable "records" {
  description = "Records by `name/type`, the name relative to the zone (`@` is the zone itself): `{ \"@/CAA\" = { ttl = 3600, values = [\"0 issue \\\"letsencrypt.org\\\"\"] } }`. A private zone takes A, CNAME and TXT."
  type = map(object({
    ttl    = optional(number, 300)
    values = list(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for key in keys(var.records) : can(regex("^(@|\\*|(\\*\\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?)/(A|AAAA|CAA|CNAME|TXT)$", key)) && (length(var.private_networks) == 0 || can(regex("/(A|CNAME|TXT)$", key)))])
    error_message = "records: a key must be a name relative to the zone, a slash and the type (A, AAAA, CAA, CNAME, TXT; in a private zone A, CNAME, TXT), such as www/A."
  }
  validation {
    condition     = alltrue([for key, record in var.records : length(record.values) > 0 && record.ttl >= 1 && record.ttl <= 172800 && (!endswith(key, "/CNAME") || length(record.values) == 1)])
    error_message = "records: each needs at least one value (a CNAME exactly one), and a ttl of 1 to 172800 seconds."
  }
  validation {
    condition     = alltrue(flatten([for key, record in var.records : [for value in record.values : !endswith(key, "/CAA") || can(regex("^[0-9]+ (issue|issuewild|iodef) \".*\"$", value))]]))
    error_message = "records: a CAA value is flags, tag and a quoted value, such as 0 issue \"letsencrypt.org\"."
  }
}

variable "region" {
  description = "Region of the identities made for external-dns. Needed only with `external_dns`."
  type        = string
  default     = null

  validation {
    condition     = var.region == null ? length(var.external_dns) == 0 : can(regex("^[a-z][a-z0-9]+$", var.region))
    error_message = "region must be an Azure region by its name, such as westeurope; external_dns needs one."
  }
}

variable "external_dns" {
  description = "Clusters whose external-dns may write to this zone, by a name of your choice: issuer of the cluster's tokens, and the service account that gets an identity."
  type = map(object({
    issuer_url      = string
    namespace       = optional(string, "platform-dns")
    service_account = optional(string, "external-dns")
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for key, account in var.external_dns : can(regex("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$", key))])
    error_message = "external_dns: keys must be 1 to 40 lower-case letters, digits and dashes, since they become names of identities."
  }
  validation {
    condition     = length(var.external_dns) == 0 || length(var.private_networks) == 0
    error_message = "external_dns is for a public zone."
  }
}

variable "tags" {
  description = "Tags of what is made here."
  type        = map(string)
  default     = {}
  nullable    = false
}
