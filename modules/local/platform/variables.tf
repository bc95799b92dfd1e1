variable "name_prefix" {
  description = "First part of the cluster's name."
  type        = string
  nullable    = false
}

variable "environment" {
  description = "Name of the environment."
  type        = string
  nullable    = false
}

variable "region" {
  description = "Region of the cluster; any name, since nothing leaves this machine."
  type        = string
  nullable    = false
}

variable "base_domain" {
  description = "Domain under which the cluster has its name."
  type        = string
  nullable    = false
}

variable "network" {
  description = "Network to stand in: its identifier and the range of the subnet of each zone."
  type = object({
    id      = string
    subnets = map(string)
  })
  nullable = false

  validation {
    condition     = length(var.network.subnets) > 0
    error_message = "network.subnets must hold at least one subnet."
  }
}

variable "kubernetes_version" {
  description = "Kubernetes version of the control plane, `major.minor`."
  type        = string
  default     = "1.33"
  nullable    = false

  validation {
    condition     = can(regex("^1\\.(2[89]|3[0-9])$", var.kubernetes_version))
    error_message = "kubernetes_version must be written as major.minor, such as 1.33."
  }
}

variable "endpoint" {
  description = "Who reaches the API: private only, or also the given CIDR ranges."
  type = object({
    public        = optional(bool, false)
    allowed_cidrs = optional(list(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.endpoint.public ? length(var.endpoint.allowed_cidrs) > 0 : true
    error_message = "endpoint.public needs endpoint.allowed_cidrs: say who may reach it."
  }
  validation {
    condition     = alltrue([for cidr in var.endpoint.allowed_cidrs : can(cidrnetmask(cidr)) && cidr != "0.0.0.0/0"])
    error_message = "endpoint.allowed_cidrs must be IPv4 ranges and must not open the API to the world (0.0.0.0/0)."
  }
}

variable "node_pools" {
  description = "Node pools by name: machine (any name), smallest and largest number of nodes, disk in GiB, labels and taints."
  type = list(object({
    name     = string
    machine  = string
    min_size = number
    max_size = number
    disk_gib = optional(number, 50)
    labels   = optional(map(string), {})
    taints = optional(list(object({
      key    = string
      value  = optional(string, "")
      effect = string
    })), [])
  }))
  nullable = false

  validation {
    condition     = length(var.node_pools) > 0 && length(distinct(var.node_pools[*].name)) == length(var.node_pools)
    error_message = "node_pools must hold at least one pool, and no name twice."
  }
  validation {
    condition     = alltrue([for pool in var.node_pools : can(regex("^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$", pool.name))])
    error_message = "A node pool's name must start with a lower-case letter, hold only lower-case letters, digits and dashes, and be 1 to 12 characters long."
  }
  validation {
    condition     = alltrue([for pool in var.node_pools : pool.min_size >= 0 && pool.max_size >= 1 && pool.min_size <= pool.max_size && pool.max_size <= 100])
    error_message = "A node pool needs 0 <= min_size <= max_size, and max_size from 1 to 100."
  }
  validation {
    condition     = alltrue([for pool in var.node_pools : pool.disk_gib >= 20 && pool.disk_gib <= 2000])
    error_message = "disk_gib must be from 20 to 2000."
  }
  validation {
    condition     = alltrue(flatten([for pool in var.node_pools : [for taint in pool.taints : contains(["NoSchedule", "PreferNoSchedule", "NoExecute"], taint.effect)]]))
    error_message = "A taint's effect must be NoSchedule, PreferNoSchedule or NoExecute."
  }
}

variable "maintenance" {
  description = "When the cluster may be changed: a day, the hour (UTC) at which the window opens, its length in hours, and spans of dates without maintenance."
  type = object({
    day   = optional(string, "sunday")
    hour  = optional(number, 3)
    hours = optional(number, 4)
    exclusions = optional(list(object({
      name  = string
      start = string
      end   = string
    })), [])
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], var.maintenance.day)
    error_message = "maintenance.day must be a day of the week in lower case."
  }
  validation {
    condition     = var.maintenance.hour >= 0 && var.maintenance.hour <= 23 && var.maintenance.hours >= 4 && var.maintenance.hours <= 24
    error_message = "maintenance.hour must be from 0 to 23 and maintenance.hours from 4 to 24."
  }
  validation {
    condition     = alltrue([for span in var.maintenance.exclusions : try(timecmp(span.start, span.end) < 0, false)])
    error_message = "Each of maintenance.exclusions needs start before end, both as RFC 3339 times (2026-12-20T00:00:00Z)."
  }
}

variable "log_types" {
  description = "Control-plane logs to keep."
  type        = set(string)
  default     = ["api", "audit", "authenticator"]
  nullable    = false

  validation {
    condition     = length(setsubtract(var.log_types, ["api", "audit", "authenticator", "controllerManager", "scheduler"])) == 0
    error_message = "log_types may hold api, audit, authenticator, controllerManager and scheduler."
  }
}

variable "log_retention_days" {
  description = "How long logs are kept, in days."
  type        = number
  default     = 14
  nullable    = false

  validation {
    condition     = contains([7, 14, 30, 90, 180, 365], var.log_retention_days)
    error_message = "log_retention_days must be 7, 14, 30, 90, 180 or 365."
  }
}

variable "backup" {
  description = "Backups of the cluster's state: whether, how often in hours, how many are kept."
  type = object({
    enabled     = optional(bool, true)
    every_hours = optional(number, 24)
    keep        = optional(number, 7)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.backup.every_hours >= 1 && var.backup.every_hours <= 168 && var.backup.keep >= 1 && var.backup.keep <= 90
    error_message = "backup.every_hours must be from 1 to 168 and backup.keep from 1 to 90."
  }
}

variable "deletion_protection" {
  description = "Whether the cluster refuses to be deleted."
  type        = bool
  default     = true
  nullable    = false
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
