variable "cluster_id" {
  description = "Identifier of the AKS cluster that the nodes join."
  type        = string
  nullable    = false
}

variable "name" {
  description = "Name of the pool: 1 to 12 lower-case letters and digits, a letter first."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{0,11}$", var.name))
    error_message = "name must be 1 to 12 lower-case letters and digits, a letter first."
  }
}

variable "subnet_id" {
  description = "Subnet of the nodes, such as the network module's `node_subnet_id`."
  type        = string
  nullable    = false
}

variable "vm_size" {
  description = "Size of the machines, such as `Standard_D4ds_v6`."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^Standard_[A-Za-z0-9_-]+$", var.vm_size))
    error_message = "vm_size must be a size such as Standard_D4ds_v6."
  }
}

variable "min_size" {
  description = "Smallest number of nodes."
  type        = number
  nullable    = false

  validation {
    condition     = var.min_size >= 0 && floor(var.min_size) == var.min_size
    error_message = "min_size must be a whole number, 0 or more."
  }
  validation {
    condition     = var.mode == "User" || var.min_size >= 1
    error_message = "A System pool needs at least one node."
  }
}

variable "max_size" {
  description = "Largest number of nodes, at most 1000."
  type        = number
  nullable    = false

  validation {
    condition     = var.max_size >= 1 && floor(var.max_size) == var.max_size && var.max_size <= 1000
    error_message = "max_size must be a whole number from 1 to 1000."
  }
  validation {
    condition     = var.max_size >= var.min_size
    error_message = "max_size must not be smaller than min_size."
  }
}

variable "mode" {
  description = "`User` for applications, `System` for the cluster's own pods."
  type        = string
  default     = "User"
  nullable    = false

  validation {
    condition     = contains(["User", "System"], var.mode)
    error_message = "mode must be User or System."
  }
}

variable "zones" {
  description = "Zones of the nodes, `1` to `3`. Empty uses none, as in regions without zones."
  type        = set(string)
  default     = ["1", "2", "3"]
  nullable    = false

  validation {
    condition     = length(setsubtract(var.zones, ["1", "2", "3"])) == 0
    error_message = "zones may hold 1, 2 and 3."
  }
}

variable "spot" {
  description = "Spot machines in place of regular ones: the most to pay an hour in US dollars (-1: up to the regular price), and what happens to a machine taken back (`Delete`, `Deallocate`). AKS taints and labels the nodes by itself."
  type = object({
    max_price       = optional(number, -1)
    eviction_policy = optional(string, "Delete")
  })
  default = null

  validation {
    condition     = var.spot == null ? true : contains(["Delete", "Deallocate"], var.spot.eviction_policy) && (var.spot.max_price == -1 || var.spot.max_price > 0)
    error_message = "spot.eviction_policy must be Delete or Deallocate, and max_price -1 or above 0."
  }
  validation {
    condition     = var.spot == null || var.mode == "User"
    error_message = "A System pool cannot be a spot pool."
  }
}

variable "os_sku" {
  description = "Node image: `AzureLinux`, `AzureLinux3`, `Ubuntu`, `Ubuntu2204` or `Ubuntu2404`."
  type        = string
  default     = "AzureLinux3"
  nullable    = false

  validation {
    condition     = contains(["AzureLinux", "AzureLinux3", "Ubuntu", "Ubuntu2204", "Ubuntu2404"], var.os_sku)
    error_message = "os_sku must be AzureLinux, AzureLinux3, Ubuntu, Ubuntu2204 or Ubuntu2404."
  }
}

variable "kubernetes_version" {
  description = "Kubernetes version of the nodes. Null follows the control plane."
  type        = string
  default     = null

  validation {
    condition     = var.kubernetes_version == null ? true : can(regex("^1\\.[0-9]{2}(\\.[0-9]+)?$", var.kubernetes_version))
    error_message = "kubernetes_version must be a version such as 1.34 or 1.34.1."
  }
}

variable "disk" {
  description = "Boot disk: size in GiB, and type, `Managed` or `Ephemeral` (on the machine's own disk, which must be as large: sizes with a d)."
  type = object({
    size_gib = optional(number, 128)
    type     = optional(string, "Managed")
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.disk.size_gib >= 30 && var.disk.size_gib <= 2048 && contains(["Managed", "Ephemeral"], var.disk.type)
    error_message = "disk.size_gib must be from 30 to 2048, and disk.type Managed or Ephemeral."
  }
}

variable "host_encryption" {
  description = "Whether the host encrypts temporary disks and caches, too. The subscription must have the feature EncryptionAtHost."
  type        = bool
  default     = true
  nullable    = false
}

variable "fips" {
  description = "Whether the image uses FIPS-validated cryptography."
  type        = bool
  default     = false
  nullable    = false
}

variable "gpu_driver" {
  description = "On machines with GPUs: `Install` lets AKS install the driver, `None` leaves it to you."
  type        = string
  default     = null

  validation {
    condition     = var.gpu_driver == null ? true : contains(["Install", "None"], var.gpu_driver)
    error_message = "gpu_driver must be Install or None."
  }
}

variable "max_pods" {
  description = "How many pods a node takes, 10 to 250."
  type        = number
  default     = 110
  nullable    = false

  validation {
    condition     = var.max_pods >= 10 && var.max_pods <= 250
    error_message = "max_pods must be from 10 to 250."
  }
}

variable "labels" {
  description = "Kubernetes labels of the nodes."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.labels) : !can(regex("^(kubernetes\\.azure\\.com|([a-z0-9.-]*\\.)?kubernetes\\.io)/", key)) || startswith(key, "node.kubernetes.io/")])
    error_message = "labels must not be under kubernetes.azure.com or kubernetes.io, which AKS keeps for itself."
  }
}

variable "taints" {
  description = "Kubernetes taints of the nodes: key, value, and an effect of `NoSchedule`, `PreferNoSchedule` or `NoExecute`."
  type = list(object({
    key    = string
    value  = optional(string, "")
    effect = string
  }))
  default  = []
  nullable = false

  validation {
    condition     = alltrue([for taint in var.taints : contains(["NoSchedule", "PreferNoSchedule", "NoExecute"], taint.effect)])
    error_message = "A taint's effect must be NoSchedule, PreferNoSchedule or NoExecute."
  }
}

variable "upgrade" {
  description = "How nodes are replaced: how many extra at a time (a number, or a share as `10%`), how long pods may take to leave, in minutes, how long to wait after each node, in minutes."
  type = object({
    max_surge             = optional(string, "10%")
    drain_timeout_minutes = optional(number, 30)
    soak_minutes          = optional(number, 0)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^([1-9][0-9]?|100)%?$", var.upgrade.max_surge)) && var.upgrade.drain_timeout_minutes >= 1 && var.upgrade.drain_timeout_minutes <= 1440 && var.upgrade.soak_minutes >= 0 && var.upgrade.soak_minutes <= 30
    error_message = "upgrade: max_surge is a number or a share such as 10%, drain_timeout_minutes from 1 to 1440, soak_minutes from 0 to 30."
  }
}

variable "tags" {
  description = "Tags of the pool's machines."
  type        = map(string)
  default     = {}
  nullable    = false
}
