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

variable "base_domain" {
  description = "Domain under which the environment has its own, for the outputs `domain` and `fqdn`."
  type        = string
  default     = ""
  nullable    = false
}

variable "kubernetes_version" {
  description = "Kubernetes version of the control plane, `major.minor` to get patches by themselves. Null takes the newest at creation."
  type        = string
  default     = null

  validation {
    condition     = var.kubernetes_version == null ? true : can(regex("^1\\.[0-9]{2}(\\.[0-9]+)?$", var.kubernetes_version))
    error_message = "kubernetes_version must be a version such as 1.34 or 1.34.1."
  }
}

variable "tier" {
  description = "Control plane: `Free` without a promise, `Standard` with one, `Premium` with long-term support."
  type        = string
  default     = "Standard"
  nullable    = false

  validation {
    condition     = contains(["Free", "Standard", "Premium"], var.tier)
    error_message = "tier must be Free, Standard or Premium."
  }
}

variable "node_subnet_id" {
  description = "Subnet of the nodes, such as the network module's `node_subnet_id`."
  type        = string
  nullable    = false
}

variable "api_server_subnet" {
  description = "Delegated subnet through which the control plane joins the network: its id, such as the network module's `api_server_subnet_id`. Null reaches it by a private endpoint or its public address."
  type        = object({ id = string })
  default     = null
}

variable "endpoint" {
  description = "Who reaches the API. It is private unless `public_cidrs` names ranges that reach a public address. `private_dns_zone`: the id of a private zone for its name; null lets AKS make one."
  type = object({
    public_cidrs     = optional(list(string), [])
    private_dns_zone = optional(object({ id = string }))
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for cidr in var.endpoint.public_cidrs : can(cidrnetmask(cidr)) && !endswith(cidr, "/0")])
    error_message = "endpoint.public_cidrs must be IPv4 ranges and must not open the API to the world."
  }
  validation {
    condition     = length(var.endpoint.public_cidrs) == 0 || var.endpoint.private_dns_zone == null
    error_message = "endpoint.private_dns_zone is for a private API: leave public_cidrs empty."
  }
}

variable "pod_cidr" {
  description = "IPv4 range of the pods, apart from the network and the Services. A node takes a /24 of it."
  type        = string
  default     = "10.244.0.0/16"
  nullable    = false

  validation {
    condition     = can(regex("/(1[0-9]|20)$", var.pod_cidr)) && can(cidrnetmask(var.pod_cidr))
    error_message = "pod_cidr must be an IPv4 range of /10 to /20."
  }
}

variable "service_cidr" {
  description = "IPv4 range of Services, /12 to /24. Its tenth address is the cluster's DNS."
  type        = string
  default     = "172.20.0.0/16"
  nullable    = false

  validation {
    condition     = can(regex("/(1[2-9]|2[0-4])$", var.service_cidr)) && can(cidrnetmask(var.service_cidr))
    error_message = "service_cidr must be an IPv4 range of /12 to /24."
  }
}

variable "outbound_type" {
  description = "The nodes' way out: `userAssignedNATGateway` (the subnet's NAT gateway), `userDefinedRouting`, `loadBalancer`, `managedNATGateway` or `none`."
  type        = string
  default     = "userAssignedNATGateway"
  nullable    = false

  validation {
    condition     = contains(["userAssignedNATGateway", "userDefinedRouting", "loadBalancer", "managedNATGateway", "none"], var.outbound_type)
    error_message = "outbound_type must be userAssignedNATGateway, userDefinedRouting, loadBalancer, managedNATGateway or none."
  }
}

variable "observability" {
  description = "Whether Cilium's flow logs and metrics are on (Advanced Container Networking Services, which cost)."
  type        = bool
  default     = false
  nullable    = false
}

variable "admin_group_ids" {
  description = "Object ids of Entra ID groups whose members administer the cluster."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.admin_group_ids : can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", id))])
    error_message = "admin_group_ids must be object ids (UUIDs in lower case)."
  }
}

variable "tenant_id" {
  description = "Entra ID tenant of the cluster's users. Null takes the subscription's."
  type        = string
  default     = null

  validation {
    condition     = var.tenant_id == null ? true : can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.tenant_id))
    error_message = "tenant_id must be a UUID in lower case."
  }
}

variable "azure_rbac" {
  description = "Whether Azure role assignments decide what users may do in the cluster, besides Kubernetes' own roles."
  type        = bool
  default     = true
  nullable    = false
}

variable "identity" {
  description = "An existing user-assigned identity of the control plane: its id and principal id. It needs the role Network Contributor on the subnets. Null makes one."
  type = object({
    id           = string
    principal_id = string
  })
  default = null
}

variable "node_pool" {
  description = "The default (System) node pool, with the inputs of `azure/node-pool` under their own names."
  type = object({
    name     = optional(string, "default")
    vm_size  = string
    min_size = number
    max_size = number
    zones    = optional(set(string), ["1", "2", "3"])
    os_sku   = optional(string, "AzureLinux3")
    # The cluster's where it is not given.
    kubernetes_version = optional(string)
    disk = optional(object({
      size_gib = optional(number, 128)
      type     = optional(string, "Managed")
    }), {})
    host_encryption      = optional(bool, true)
    fips                 = optional(bool, false)
    max_pods             = optional(number, 110)
    labels               = optional(map(string), {})
    only_critical_addons = optional(bool, false)
    upgrade = optional(object({
      max_surge             = optional(string, "10%")
      drain_timeout_minutes = optional(number, 30)
      soak_minutes          = optional(number, 0)
    }), {})
  })
  nullable = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{0,11}$", var.node_pool.name)) && can(regex("^Standard_[A-Za-z0-9_-]+$", var.node_pool.vm_size))
    error_message = "node_pool.name must be 1 to 12 lower-case letters and digits, a letter first, and vm_size a size such as Standard_D4ds_v6."
  }
  validation {
    condition     = var.node_pool.min_size >= 1 && var.node_pool.max_size >= var.node_pool.min_size && var.node_pool.max_size <= 1000
    error_message = "node_pool needs 1 <= min_size <= max_size <= 1000."
  }
  validation {
    condition     = length(setsubtract(var.node_pool.zones, ["1", "2", "3"])) == 0 && contains(["Managed", "Ephemeral"], var.node_pool.disk.type) && var.node_pool.disk.size_gib >= 30 && var.node_pool.max_pods >= 30 && var.node_pool.max_pods <= 250
    error_message = "node_pool: zones may hold 1, 2 and 3; disk.type is Managed or Ephemeral, disk.size_gib 30 or more, max_pods from 30 to 250."
  }
}

variable "node_provisioning" {
  description = "Whether AKS makes further nodes by itself (Karpenter), in place of node pools that scale. The default pool then keeps `min_size` nodes, since the two exclude each other."
  type        = bool
  default     = false
  nullable    = false
}

variable "autoscaler" {
  description = "How node pools scale: which pool grows (`random`, `least-waste`, `most-pods`, `priority`), below which use a node may go, after how long unneeded and how long after another was added, whether nodes with local volumes stay."
  type = object({
    expander                         = optional(string, "least-waste")
    scale_down_utilization_threshold = optional(number, 0.5)
    scale_down_unneeded              = optional(string, "10m")
    scale_down_delay_after_add       = optional(string, "10m")
    skip_nodes_with_local_storage    = optional(bool, false)
    balance_similar_node_groups      = optional(bool, true)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["random", "least-waste", "most-pods", "priority"], var.autoscaler.expander) && var.autoscaler.scale_down_utilization_threshold > 0 && var.autoscaler.scale_down_utilization_threshold < 1
    error_message = "autoscaler.expander must be random, least-waste, most-pods or priority, and the threshold between 0 and 1."
  }
}

variable "upgrades" {
  description = "Which upgrades come by themselves: of Kubernetes (`patch`, `stable`, `rapid`, `node-image`, `none`) and of the nodes' system (`NodeImage`, `SecurityPatch`, `Unmanaged`, `None`)."
  type = object({
    kubernetes = optional(string, "patch")
    node_os    = optional(string, "NodeImage")
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["patch", "stable", "rapid", "node-image", "none"], var.upgrades.kubernetes) && contains(["NodeImage", "SecurityPatch", "Unmanaged", "None"], var.upgrades.node_os)
    error_message = "upgrades.kubernetes must be patch, stable, rapid, node-image or none, and node_os NodeImage, SecurityPatch, Unmanaged or None."
  }
}

variable "maintenance" {
  description = "When upgrades may happen: a weekly window (day, start in UTC as `HH:MM`, length in hours, 4 or more), and times without (start and end, RFC 3339)."
  type = object({
    day   = optional(string, "Sunday")
    start = optional(string, "03:00")
    hours = optional(number, 4)
    exclusions = optional(list(object({
      start = string
      end   = string
    })), [])
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"], var.maintenance.day) && can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]$", var.maintenance.start)) && var.maintenance.hours >= 4 && var.maintenance.hours <= 24
    error_message = "maintenance.day must be a day such as Sunday, start a time in UTC as HH:MM, hours from 4 to 24."
  }
  validation {
    condition     = alltrue([for span in var.maintenance.exclusions : try(timecmp(span.start, span.end) < 0, false)])
    error_message = "maintenance.exclusions need start before end, both as RFC 3339 times."
  }
}

variable "logs" {
  description = "Control-plane logs into a Log Analytics workspace: its id and the categories. Null sends none: the workspace costs by volume and is yours to choose."
  type = object({
    workspace_id = string
    categories   = optional(set(string), ["kube-apiserver", "kube-audit-admin", "kube-controller-manager", "kube-scheduler", "cluster-autoscaler", "guard"])
  })
  default = null

  validation {
    condition     = var.logs == null ? true : length(setsubtract(var.logs.categories, ["kube-apiserver", "kube-audit", "kube-audit-admin", "kube-controller-manager", "kube-scheduler", "cluster-autoscaler", "cloud-controller-manager", "guard", "csi-azuredisk-controller", "csi-azurefile-controller", "csi-snapshot-controller"])) == 0
    error_message = "logs.categories holds something that AKS does not log."
  }
}

variable "features" {
  description = "Switches: Azure Policy, secrets from Key Vault as volumes (with rotation), KEDA, vertical pod autoscaler, metrics for managed Prometheus, cost analysis (not in the Free tier), blob volumes, Microsoft Defender and container insights into the given workspace."
  type = object({
    azure_policy                    = optional(bool, true)
    key_vault_secrets               = optional(bool, false)
    keda                            = optional(bool, false)
    vertical_pod_autoscaler         = optional(bool, false)
    metrics                         = optional(bool, false)
    cost_analysis                   = optional(bool, false)
    blob_csi                        = optional(bool, false)
    defender_workspace_id           = optional(string)
    container_insights_workspace_id = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = !var.features.cost_analysis || var.tier != "Free"
    error_message = "features.cost_analysis needs the tier Standard or Premium."
  }
}

variable "secrets_key_id" {
  description = "Key Vault key to encrypt Kubernetes Secrets with (`https://….vault.azure.net/keys/…`); the control plane's identity must be allowed to use it. Null leaves Azure's own encryption."
  type        = string
  default     = null

  validation {
    condition     = var.secrets_key_id == null ? true : can(regex("^https://[a-z0-9-]+\\.(vault|managedhsm)\\.[a-z.]+/keys/", var.secrets_key_id))
    error_message = "secrets_key_id must be the address of a Key Vault key."
  }
}

variable "disk_encryption_set_id" {
  description = "Disk encryption set for the nodes' disks and volumes. Null leaves Azure's own encryption."
  type        = string
  default     = null
}

variable "image_cleaner_hours" {
  description = "How often unused images with known holes are removed from nodes, in hours; 0 never."
  type        = number
  default     = 168
  nullable    = false

  validation {
    condition     = var.image_cleaner_hours == 0 || (var.image_cleaner_hours >= 24 && var.image_cleaner_hours <= 2160)
    error_message = "image_cleaner_hours must be 0, or from 24 to 2160."
  }
}

variable "deletion_protection" {
  description = "Whether a lock keeps the cluster from being deleted. Making locks needs the role Owner or User Access Administrator."
  type        = bool
  default     = true
  nullable    = false
}
