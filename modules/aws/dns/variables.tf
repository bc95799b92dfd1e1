variable "domain" {
  description = "Name of the zone, without a trailing dot, such as `ops.infra.acme.example`."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.domain) <= 253 && can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", var.domain))
    error_message = "domain must be a lower-case DNS name of at least two labels without a trailing dot."
  }
}

variable "existing_zone" {
  description = "A public zone that is there already, to put records into: its id. Nothing is made then but what is asked for below."
  type        = object({ id = string })
  default     = null
}

variable "private_vpc_ids" {
  description = "VPCs that see the zone. Any makes it a private zone; none makes it public."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.private_vpc_ids) == 0 || var.existing_zone == null
    error_message = "private_vpc_ids is for a new zone: an existing one has its VPCs already."
  }
}

variable "parent_zone" {
  description = "Public zone of the parent domain in the same account, to delegate from: its id. Null leaves the delegation to you: see the output `delegation`."
  type        = object({ id = string })
  default     = null

  validation {
    condition     = var.parent_zone == null || (length(var.private_vpc_ids) == 0 && var.existing_zone == null)
    error_message = "parent_zone is for a new public zone."
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

variable "dnssec_key" {
  description = "KMS key (ECC_NIST_P256, sign and verify, in us-east-1, with Route 53 in its policy) to sign the zone with: its ARN. Null leaves it unsigned. Put the output `ds_record` into the parent zone afterwards."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = var.dnssec_key == null ? true : can(regex("^arn:aws[a-z-]*:kms:us-east-1:", var.dnssec_key.arn)) && length(var.private_vpc_ids) == 0
    error_message = "dnssec_key.arn must be a KMS key in us-east-1, and the zone must be public."
  }
}

variable "records" {
  description = "Records by `name/type`, the name relative to the zone (`@` is the zone itself): `{ \"@/CAA\" = { ttl = 3600, values = [\"0 issue \\\"letsencrypt.org\\\"\"] } }`."
  type = map(object({
    ttl    = optional(number, 300)
    values = list(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for key in keys(var.records) : can(regex("^(@|\\*|(\\*\\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?)/(A|AAAA|CAA|CNAME|MX|NS|SRV|TXT)$", key))])
    error_message = "records: a key must be a name relative to the zone, a slash and the type, such as www/A or @/CAA."
  }
  validation {
    condition     = alltrue([for record in var.records : length(record.values) > 0 && record.ttl >= 0 && record.ttl <= 172800])
    error_message = "records: each needs at least one value, and a ttl of 0 to 172800 seconds."
  }
}

variable "external_dns" {
  description = "Clusters whose external-dns may write to this zone, by a name of your choice: the EKS cluster, and the service account that gets a role through Pod Identity."
  type = map(object({
    cluster_name    = string
    namespace       = optional(string, "platform-dns")
    service_account = optional(string, "external-dns")
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for key in keys(var.external_dns) : can(regex("^[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?$", key))])
    error_message = "external_dns: keys must be 1 to 20 lower-case letters, digits and dashes, since they become parts of role names."
  }
}

variable "name_prefix" {
  description = "First part of the names of roles made here, such as `gc0-ops`."
  type        = string
  default     = "dns"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$", var.name_prefix))
    error_message = "name_prefix must be 1 to 30 lower-case letters, digits and dashes, a letter first."
  }
}

variable "force_destroy" {
  description = "Whether destroying the zone also deletes records that something else put there, such as external-dns."
  type        = bool
  default     = false
  nullable    = false
}

variable "tags" {
  description = "Tags of what is made here."
  type        = map(string)
  default     = {}
  nullable    = false
}
