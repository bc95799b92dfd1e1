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
  description = "Google Cloud region, such as `europe-west1`."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "region must be a Google Cloud region such as europe-west1."
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

variable "project_id" {
  description = "Project to make things in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id must be the id of a project: 6 to 30 lower-case letters, digits and dashes, a letter first."
  }
}

variable "node_cidr" {
  description = "IPv4 range of the nodes, /16 to /26. A node takes one address."
  type        = string
  default     = "10.0.0.0/20"
  nullable    = false

  validation {
    condition     = can(regex("/(1[6-9]|2[0-6])$", var.node_cidr)) && try(cidrhost(var.node_cidr, 0) == split("/", var.node_cidr)[0], false)
    error_message = "node_cidr must be an IPv4 range of /16 to /26 with no host bits set."
  }
}

variable "pod_cidr" {
  description = "IPv4 range of the pods, /9 to /21. A node takes a /24 of it with up to 110 pods a node, so a /14 has room for 1024 nodes."
  type        = string
  default     = "10.64.0.0/14"
  nullable    = false

  validation {
    condition     = can(regex("/(9|1[0-9]|2[01])$", var.pod_cidr)) && try(cidrhost(var.pod_cidr, 0) == split("/", var.pod_cidr)[0], false)
    error_message = "pod_cidr must be an IPv4 range of /9 to /21 with no host bits set."
  }
}

variable "service_cidr" {
  description = "IPv4 range of Services, /16 to /27."
  type        = string
  default     = "10.96.0.0/20"
  nullable    = false

  validation {
    condition     = can(regex("/(1[6-9]|2[0-7])$", var.service_cidr)) && try(cidrhost(var.service_cidr, 0) == split("/", var.service_cidr)[0], false)
    error_message = "service_cidr must be an IPv4 range of /16 to /27 with no host bits set."
  }
  validation {
    # Two ranges overlap where the shorter prefix of both has the same network.
    condition = alltrue([
      for pair in [[var.node_cidr, var.pod_cidr], [var.node_cidr, var.service_cidr], [var.pod_cidr, var.service_cidr]] :
      try(
        cidrhost(join("/", [split("/", pair[0])[0], min([for cidr in pair : tonumber(split("/", cidr)[1])]...)]), 0) !=
        cidrhost(join("/", [split("/", pair[1])[0], min([for cidr in pair : tonumber(split("/", cidr)[1])]...)]), 0),
        true,
      )
    ])
    error_message = "node_cidr, pod_cidr and service_cidr must not overlap."
  }
}

variable "proxy_cidr" {
  description = "IPv4 range of the proxies behind internal and regional load balancers (Gateway API), /23 to /26. Null makes no subnet for them; a network has one a region."
  type        = string
  default     = null

  validation {
    condition     = var.proxy_cidr == null ? true : can(regex("/2[3-6]$", var.proxy_cidr)) && can(cidrnetmask(var.proxy_cidr))
    error_message = "proxy_cidr must be an IPv4 range of /23 to /26."
  }
}

variable "existing_network" {
  description = "A custom-mode VPC to put the subnet into instead of a new one: its id or self link."
  type        = object({ id = string })
  default     = null
}

variable "routing_mode" {
  description = "`REGIONAL` or `GLOBAL` routes of a new VPC."
  type        = string
  default     = "REGIONAL"
  nullable    = false

  validation {
    condition     = contains(["REGIONAL", "GLOBAL"], var.routing_mode)
    error_message = "routing_mode must be REGIONAL or GLOBAL."
  }
}

variable "nat" {
  description = "The way out for nodes without public addresses. `enabled`; `addresses`: self links of existing addresses; `address_count`: how many new static ones to make (0: Google chooses and changes them); ports a VM has at least; whether a source port keeps its mapping for every destination."
  type = object({
    enabled                      = optional(bool, true)
    addresses                    = optional(list(string), [])
    address_count                = optional(number, 0)
    min_ports_per_vm             = optional(number)
    endpoint_independent_mapping = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.nat.address_count >= 0 && var.nat.address_count <= 16 && (var.nat.address_count == 0 || length(var.nat.addresses) == 0)
    error_message = "nat: give existing addresses or an address_count of 1 to 16, not both."
  }
  validation {
    condition     = var.nat.min_ports_per_vm == null ? true : var.nat.min_ports_per_vm >= 32 && var.nat.min_ports_per_vm <= 65536
    error_message = "nat.min_ports_per_vm must be from 32 to 65536."
  }
}

variable "router" {
  description = "The Cloud Router: its private ASN, and what it advertises where a VPN or interconnect is attached: `mode` `DEFAULT` or `CUSTOM`, `groups` (`ALL_SUBNETS`), ranges with a description each."
  type = object({
    asn    = optional(number, 64514)
    mode   = optional(string, "DEFAULT")
    groups = optional(list(string), [])
    ranges = optional(map(string), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = (var.router.asn >= 64512 && var.router.asn <= 65534) || (var.router.asn >= 4200000000 && var.router.asn <= 4294967294) || var.router.asn == 16550
    error_message = "router.asn must be a private ASN (64512 to 65534 or 4200000000 to 4294967294), or 16550 for a partner interconnect."
  }
  validation {
    condition     = contains(["DEFAULT", "CUSTOM"], var.router.mode) && (var.router.mode == "CUSTOM" || length(var.router.groups) + length(var.router.ranges) == 0)
    error_message = "router.mode must be DEFAULT or CUSTOM; groups and ranges go with CUSTOM."
  }
}

variable "flow_logs" {
  description = "Flow logs of the subnet: whether, which share of the flows (0 to 1), and how much is aggregated (`INTERVAL_5_SEC` to `INTERVAL_15_MIN`)."
  type = object({
    enabled  = optional(bool, true)
    sampling = optional(number, 0.5)
    interval = optional(string, "INTERVAL_10_MIN")
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.flow_logs.sampling >= 0 && var.flow_logs.sampling <= 1 && contains(["INTERVAL_5_SEC", "INTERVAL_30_SEC", "INTERVAL_1_MIN", "INTERVAL_5_MIN", "INTERVAL_10_MIN", "INTERVAL_15_MIN"], var.flow_logs.interval)
    error_message = "flow_logs.sampling must be from 0 to 1, and interval one of Google's (INTERVAL_5_SEC to INTERVAL_15_MIN)."
  }
}
