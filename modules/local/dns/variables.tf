variable "domain" {
  description = "Name of the zone, without a trailing dot."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", var.domain))
    error_message = "domain must be a lower-case DNS name of at least two labels without a trailing dot."
  }
}

variable "ttl" {
  description = "How long records may be cached, in seconds."
  type        = number
  default     = 300
  nullable    = false

  validation {
    condition     = var.ttl >= 30 && var.ttl <= 86400
    error_message = "ttl must be from 30 to 86400 seconds."
  }
}

variable "records" {
  description = "Records by name relative to the zone (`@` is the zone itself): type and values."
  type = map(object({
    type   = string
    values = list(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.records) : can(regex("^(@|\\*|(\\*\\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?)$", name))])
    error_message = "A record's name must be @, * or a lower-case name relative to the zone."
  }
  validation {
    condition     = alltrue([for record in var.records : contains(["A", "AAAA", "CNAME", "TXT", "CAA"], record.type) && length(record.values) > 0])
    error_message = "A record needs a type of A, AAAA, CNAME, TXT or CAA and at least one value."
  }
}
