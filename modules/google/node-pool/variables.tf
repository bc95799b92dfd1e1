variable "project_id" {
  description = "Project to make things in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id must be the id of a project: 6 to 30 lower-case letters, digits and dashes, a letter first."
  }
}

variable "cluster_id" {
  description = "Cluster that the nodes join: its id or name."
  type        = string
  nullable    = false
}

variable "location" {
  description = "Region or zone of the cluster."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+(-[a-z])?$", var.location))
    error_message = "location must be a region or zone such as europe-west1 or europe-west1-b."
  }
}

variable "name" {
  description = "Name of the pool within the cluster. 1 to 40 lower-case letters, digits and dashes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$", var.name))
    error_message = "name must start with a lower-case letter, hold only lower-case letters, digits and dashes, and be 1 to 40 characters long."
  }
}

variable "service_account_email" {
  description = "Service account of the nodes, such as the cluster module's `node_service_account`."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[^@]+@[^@]+\\.gserviceaccount\\.com$", var.service_account_email)) && !endswith(var.service_account_email, "-compute@developer.gserviceaccount.com")
    error_message = "service_account_email must be a service account of its own, not Compute Engine's default one, which may edit the whole project."
  }
}

variable "machine_type" {
  description = "Machine type, such as `n4-standard-4`."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*-[a-z0-9-]+$", var.machine_type))
    error_message = "machine_type must be a machine type such as n4-standard-4."
  }
}

variable "min_size" {
  description = "Smallest number of nodes in each zone."
  type        = number
  nullable    = false

  validation {
    condition     = var.min_size >= 0 && floor(var.min_size) == var.min_size
    error_message = "min_size must be a whole number, 0 or more."
  }
}

variable "max_size" {
  description = "Largest number of nodes in each zone."
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

variable "initial_size" {
  description = "Number of nodes in each zone to start with. Null starts with `min_size`. Later changes are the autoscaler's and are ignored."
  type        = number
  default     = null

  validation {
    condition     = var.initial_size == null ? true : var.initial_size >= var.min_size && var.initial_size <= var.max_size
    error_message = "initial_size must be from min_size to max_size."
  }
}

variable "zones" {
  description = "Zones of the nodes. Empty takes the cluster's."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for zone in var.zones : can(regex("^[a-z]+-[a-z]+[0-9]+-[a-z]$", zone))])
    error_message = "zones must be zones such as europe-west1-b."
  }
}

variable "location_policy" {
  description = "How the autoscaler spreads nodes over zones: `BALANCED`, or `ANY` where capacity is, as spot nodes need."
  type        = string
  default     = "BALANCED"
  nullable    = false

  validation {
    condition     = contains(["BALANCED", "ANY"], var.location_policy)
    error_message = "location_policy must be BALANCED or ANY."
  }
}

variable "spot" {
  description = "Whether Google may take the nodes back at 30 seconds' notice, at a lower price."
  type        = bool
  default     = false
  nullable    = false
}

variable "image_type" {
  description = "Node image: `COS_CONTAINERD` or `UBUNTU_CONTAINERD`."
  type        = string
  default     = "COS_CONTAINERD"
  nullable    = false

  validation {
    condition     = contains(["COS_CONTAINERD", "UBUNTU_CONTAINERD"], var.image_type)
    error_message = "image_type must be COS_CONTAINERD or UBUNTU_CONTAINERD."
  }
}

variable "disk" {
  description = "Boot disk: size in GB, type, and the KMS key to encrypt with (Google's own when null)."
  type = object({
    size_gb = optional(number, 100)
    type    = optional(string, "pd-balanced")
    kms_key = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.disk.size_gb >= 20 && var.disk.size_gb <= 65536 && contains(["pd-standard", "pd-balanced", "pd-ssd", "hyperdisk-balanced"], var.disk.type)
    error_message = "disk.size_gb must be from 20 to 65536, and disk.type pd-standard, pd-balanced, pd-ssd or hyperdisk-balanced."
  }
}

variable "local_ssd_count" {
  description = "Local SSDs for ephemeral storage, 375 GB each."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.local_ssd_count >= 0 && var.local_ssd_count <= 32
    error_message = "local_ssd_count must be from 0 to 32."
  }
}

variable "gpu" {
  description = "Accelerators of each node: type (`nvidia-l4`), number, driver (`DEFAULT`, `LATEST`, `INSTALLATION_DISABLED`), partition, and how many clients share one (`TIME_SHARING` or `MPS`)."
  type = object({
    type           = string
    count          = number
    driver         = optional(string, "DEFAULT")
    partition_size = optional(string)
    sharing = optional(object({
      strategy    = string
      max_clients = number
    }))
  })
  default = null

  validation {
    condition     = var.gpu == null ? true : contains(["DEFAULT", "LATEST", "INSTALLATION_DISABLED"], var.gpu.driver) && var.gpu.count >= 1
    error_message = "gpu.driver must be DEFAULT, LATEST or INSTALLATION_DISABLED, and gpu.count at least 1."
  }
  validation {
    condition     = try(var.gpu.sharing, null) == null ? true : contains(["TIME_SHARING", "MPS"], var.gpu.sharing.strategy) && var.gpu.sharing.max_clients >= 2
    error_message = "gpu.sharing.strategy must be TIME_SHARING or MPS, with at least 2 max_clients."
  }
}

variable "max_pods_per_node" {
  description = "How many pods a node takes, 8 to 256; decides how large a part of the pod range a node gets. Null takes the cluster's."
  type        = number
  default     = null

  validation {
    condition     = var.max_pods_per_node == null ? true : var.max_pods_per_node >= 8 && var.max_pods_per_node <= 256
    error_message = "max_pods_per_node must be from 8 to 256."
  }
}

variable "pod_range_name" {
  description = "A secondary range for this pool's pods in place of the cluster's."
  type        = string
  default     = null
}

variable "labels" {
  description = "Kubernetes labels of the nodes."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.labels) : !can(regex("(^|\\.)kubernetes\\.io/", key))])
    error_message = "labels must not be under kubernetes.io, which GKE refuses."
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

variable "network_tags" {
  description = "Network tags of the machines, for firewall rules."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "upgrade" {
  description = "How nodes are replaced: `SURGE` with so many extra and so many missing at a time, or `BLUE_GREEN` with a soak in seconds."
  type = object({
    strategy        = optional(string, "SURGE")
    max_surge       = optional(number, 1)
    max_unavailable = optional(number, 0)
    soak_seconds    = optional(number, 3600)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["SURGE", "BLUE_GREEN"], var.upgrade.strategy) && var.upgrade.max_surge + var.upgrade.max_unavailable >= 1
    error_message = "upgrade.strategy must be SURGE or BLUE_GREEN, and max_surge and max_unavailable not both 0."
  }
}

variable "auto_upgrade" {
  description = "Whether GKE upgrades nodes with the control plane. A cluster in a release channel requires it."
  type        = bool
  default     = true
  nullable    = false
}

variable "secure_boot" {
  description = "Whether only signed kernel modules load. Turn off for third-party drivers that are not signed."
  type        = bool
  default     = true
  nullable    = false
}

variable "confidential" {
  description = "Whether nodes are Confidential VMs; needs a machine type that can."
  type        = bool
  default     = false
  nullable    = false
}

variable "resource_labels" {
  description = "Labels of the machines and disks."
  type        = map(string)
  default     = {}
  nullable    = false
}
