variable "name_prefix" {
  description = "First part of every name: what the thing is, such as `gc0`. Lower-case letters, digits and dashes."
  type        = string
  nullable    = false
}

variable "environment" {
  description = "Name of the environment, such as `ops`."
  type        = string
  nullable    = false
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

variable "extra_tags" {
  description = "Tags to add to those of the metadata module, in a spelling that every cloud takes: lower-case letters, digits, dashes and underscores."
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

variable "resource_group_name" {
  description = "Resource group to make things in; it must be there already."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._()-]{1,90}$", var.resource_group_name)) && !endswith(var.resource_group_name, ".")
    error_message = "resource_group_name must be 1 to 90 letters, digits, dots, dashes, underscores and parentheses, no dot at the end."
  }
}

variable "cidr" {
  description = "IPv4 range of the virtual network, /8 to /20. Pods have a range of their own (CNI overlay) and take nothing of it."
  type        = string
  default     = "10.0.0.0/16"
  nullable    = false

  validation {
    condition     = can(regex("/([89]|1[0-9]|20)$", var.cidr)) && try(cidrhost(var.cidr, 0) == split("/", var.cidr)[0], false)
    error_message = "cidr must be an IPv4 range of /8 to /20 with no host bits set, such as 10.0.0.0/16."
  }
}

variable "subnet_bits" {
  description = "How much longer the prefixes of the subnets are than the network's, in bits: `nodes`, `endpoints` for private endpoints, `api_server` for the control plane where it joins the network. The defaults make /18, /24 and /28 of a /16."
  type = object({
    nodes      = optional(number, 2)
    endpoints  = optional(number, 8)
    api_server = optional(number, 12)
  })
  default  = {}
  nullable = false

  validation {
    # Nodes have the first block, the others lie in the last one of that size.
    condition     = var.subnet_bits.nodes >= 1 && var.subnet_bits.endpoints >= var.subnet_bits.nodes + 1 && var.subnet_bits.api_server > var.subnet_bits.endpoints
    error_message = "subnet_bits needs nodes >= 1, endpoints > nodes and api_server > endpoints, so that no two subnets overlap."
  }
  validation {
    condition     = try(tonumber(split("/", var.cidr)[1]) + var.subnet_bits.api_server <= 28, true)
    error_message = "subnet_bits.api_server makes a subnet smaller than /28, the smallest that AKS takes there."
  }
}

variable "existing_network" {
  description = "A virtual network to put the subnets into instead of a new one: its name, its resource group and its id. `cidr` must then be a range of it."
  type = object({
    name                = string
    resource_group_name = string
    id                  = string
  })
  default = null
}

variable "service_endpoints" {
  description = "Services that the nodes reach through a service endpoint, such as `Microsoft.Storage`."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for service in var.service_endpoints : can(regex("^Microsoft\\.[A-Za-z.]+$", service))])
    error_message = "service_endpoints must hold services such as Microsoft.Storage."
  }
}

variable "nat" {
  description = "The way out for nodes: a NAT gateway. `enabled`; `sku`: `StandardV2` spans the zones, `Standard` lies in one; `address_count`: how many public addresses to make; `address_ids`: existing ones in their place; idle time-out in minutes."
  type = object({
    enabled              = optional(bool, true)
    sku                  = optional(string, "StandardV2")
    address_count        = optional(number, 1)
    address_ids          = optional(list(string), [])
    idle_timeout_minutes = optional(number, 4)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["Standard", "StandardV2"], var.nat.sku) && var.nat.address_count >= 1 && var.nat.address_count <= 16
    error_message = "nat.sku must be Standard or StandardV2, and address_count from 1 to 16."
  }
  validation {
    condition     = var.nat.idle_timeout_minutes >= 4 && var.nat.idle_timeout_minutes <= 120
    error_message = "nat.idle_timeout_minutes must be from 4 to 120."
  }
}
