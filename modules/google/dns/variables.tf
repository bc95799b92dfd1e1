variable "project_id" {
  description = "Project to make things in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id must be the id of a project: 6 to 30 lower-case letters, digits and dashes, a letter first."
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

variable "existing_zone" {
  description = "A managed zone of the project that is there already: its resource name. Nothing is made then but what is asked for below."
  type        = object({ name = string })
  default     = null
}

variable "private_network_ids" {
  description = "VPCs that see the zone. Any makes it a private zone; none makes it public."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.private_network_ids) == 0 || var.existing_zone == null
    error_message = "private_network_ids is for a new zone: an existing one has its networks already."
  }
}

variable "parent_zone" {
  description = "Managed zone of the parent domain to delegate from: its project and its resource name. It gets the NS record and, of a signed zone, the DS record. Null leaves the delegation to you: see the output `delegation`."
  type = object({
    project_id = string
    name       = string
  })
  default = null

  validation {
    condition     = var.parent_zone == null || (length(var.private_network_ids) == 0 && var.existing_zone == null)
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

variable "dnssec" {
  description = "Whether a new public zone is signed. It is valid without a DS record in the parent; with one (output `ds_record`), answers can be checked."
  type        = bool
  default     = true
  nullable    = false
}

variable "query_logs" {
  description = "Whether queries of a public zone are logged."
  type        = bool
  default     = false
  nullable    = false
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
  description = "Clusters whose external-dns may write to this zone, by a name of your choice: number and id of the cluster's project, and the service account that is let in through Workload Identity. All clusters of one project share its workload pool, so the service account's name counts in each of them: put the environment into it, or ops writes to the zone of apps."
  type = map(object({
    project_number  = string
    project_id      = string
    namespace       = optional(string, "platform-dns")
    service_account = optional(string, "external-dns")
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for account in var.external_dns : can(regex("^[0-9]+$", account.project_number))])
    error_message = "external_dns: project_number must be the project's number, in digits."
  }
  validation {
    condition     = length(distinct([for account in var.external_dns : join("/", [account.project_id, account.namespace, account.service_account])])) == length(var.external_dns)
    error_message = "external_dns: two clusters of one project with the same namespace and service account are one principal. Give it once, or give the service accounts different names."
  }
}

variable "force_destroy" {
  description = "Whether destroying the zone also deletes records that something else put there, such as external-dns."
  type        = bool
  default     = false
  nullable    = false
}

variable "labels" {
  description = "Labels of the zone."
  type        = map(string)
  default     = {}
  nullable    = false
}
