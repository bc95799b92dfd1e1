variable "resource_group_name" {
  description = "Resource group to make things in; it must be there already."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._()-]{1,90}$", var.resource_group_name)) && !endswith(var.resource_group_name, ".")
    error_message = "resource_group_name must be 1 to 90 letters, digits, dots, dashes, underscores and parentheses, no dot at the end."
  }
}

variable "region" {
  description = "Azure region by its name, such as `westeurope`."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]+$", var.region))
    error_message = "region must be an Azure region by its name, such as westeurope, not its display name (West Europe)."
  }
}

variable "storage_account_name" {
  description = "Name of the storage account, unique in all of Azure: 3 to 24 lower-case letters and digits."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]{3,24}$", var.storage_account_name))
    error_message = "storage_account_name must be 3 to 24 lower-case letters and digits."
  }
}

variable "container_name" {
  description = "Name of the container."
  type        = string
  default     = "tfstate"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9](-?[a-z0-9]){2,62}$", var.container_name))
    error_message = "container_name must be 3 to 63 lower-case letters, digits and single dashes, a letter or digit first and last."
  }
}

variable "replication" {
  description = "How many copies there are and where: `ZRS` over zones, `GZRS` over zones and to another region, `LRS` and `GRS` where there are no zones."
  type        = string
  default     = "ZRS"
  nullable    = false

  validation {
    condition     = contains(["LRS", "ZRS", "GRS", "GZRS", "RAGRS", "RAGZRS"], var.replication)
    error_message = "replication must be LRS, ZRS, GRS, GZRS, RAGRS or RAGZRS."
  }
}

variable "encryption_key" {
  description = "Key Vault key to encrypt with, and the user-assigned identity that may use it. Null leaves Azure's own encryption."
  type = object({
    key_vault_key_id = string
    identity_id      = string
  })
  default = null

  validation {
    condition     = var.encryption_key == null ? true : can(regex("^https://[a-z0-9-]+\\.(vault|managedhsm)\\.[a-z.]+/keys/", var.encryption_key.key_vault_key_id))
    error_message = "encryption_key.key_vault_key_id must be the address of a Key Vault key."
  }
}

variable "allowed" {
  description = "Who reaches the account over the network: public IPv4 ranges, and subnets with the service endpoint Microsoft.Storage. Without any, whoever Entra ID lets in, since hosted CI jobs have no fixed address."
  type = object({
    cidrs      = optional(set(string), [])
    subnet_ids = optional(set(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for cidr in var.allowed.cidrs : can(cidrnetmask(cidr)) && !endswith(cidr, "/0")])
    error_message = "allowed.cidrs must be IPv4 ranges."
  }
}

variable "keep_deleted_days" {
  description = "How long deleted states and containers can be brought back, in days."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.keep_deleted_days >= 7 && var.keep_deleted_days <= 365
    error_message = "keep_deleted_days must be from 7 to 365."
  }
}

variable "deletion_protection" {
  description = "Whether a lock keeps the account from being deleted. Making locks needs the role Owner or User Access Administrator."
  type        = bool
  default     = true
  nullable    = false
}

variable "tags" {
  description = "Tags of what is made here."
  type        = map(string)
  default     = {}
  nullable    = false
}
