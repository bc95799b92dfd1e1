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

variable "base_domain" {
  description = "Domain under which the environment has its own, for the outputs `domain` and `fqdn`."
  type        = string
  default     = ""
  nullable    = false
}

variable "zones" {
  description = "Zones of the nodes, three or so. Empty lets Google choose three of the region. The control plane always spans the region."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for zone in var.zones : can(regex("^[a-z]+-[a-z]+[0-9]+-[a-z]$", zone)) && startswith(zone, var.region)])
    error_message = "zones must be zones of the region, such as europe-west1-b."
  }
}

variable "network_id" {
  description = "VPC of the cluster, such as the network module's `network_id`."
  type        = string
  nullable    = false
}

variable "subnetwork_id" {
  description = "Subnet of the nodes, such as the network module's `subnetwork_id`."
  type        = string
  nullable    = false
}

variable "pod_range_name" {
  description = "Secondary range of the pods."
  type        = string
  default     = "pods"
  nullable    = false
}

variable "service_range_name" {
  description = "Secondary range of Services."
  type        = string
  default     = "services"
  nullable    = false
}

variable "mode" {
  description = "`standard` with node pools of your own, or `autopilot`, where Google runs the nodes. Cannot be changed later."
  type        = string
  default     = "standard"
  nullable    = false

  validation {
    condition     = contains(["standard", "autopilot"], var.mode)
    error_message = "mode must be standard or autopilot."
  }
}

variable "release_channel" {
  description = "How early new Kubernetes versions come: `RAPID`, `REGULAR`, `STABLE` or `EXTENDED`."
  type        = string
  default     = "REGULAR"
  nullable    = false

  validation {
    condition     = contains(["RAPID", "REGULAR", "STABLE", "EXTENDED"], var.release_channel)
    error_message = "release_channel must be RAPID, REGULAR, STABLE or EXTENDED."
  }
}

variable "min_version" {
  description = "Lowest Kubernetes version of the control plane, such as `1.34`. Null leaves it to the release channel."
  type        = string
  default     = null

  validation {
    condition     = var.min_version == null ? true : can(regex("^1\\.[0-9]{2}(\\.[0-9]+(-gke\\.[0-9]+)?)?$", var.min_version))
    error_message = "min_version must be a version such as 1.34 or 1.34.1-gke.1829001."
  }
}

variable "endpoint" {
  description = "Who reaches the API. `dns_external`: from outside the VPC through the DNS-based endpoint, where Google checks the caller's IAM rights before anything reaches the cluster. `private_cidrs`: ranges inside that reach its private address besides the nodes. `public_cidrs`: ranges that reach a public address; none is made without them. `global_access`: the private address from other regions."
  type = object({
    dns_external  = optional(bool, true)
    private_cidrs = optional(map(string), {})
    public_cidrs  = optional(map(string), {})
    global_access = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for cidr in concat(keys(var.endpoint.private_cidrs), keys(var.endpoint.public_cidrs)) : can(cidrnetmask(cidr)) && !endswith(cidr, "/0")])
    error_message = "endpoint: the keys of private_cidrs and public_cidrs must be IPv4 ranges, with a name as their value, and must not open the API to the world."
  }
}

variable "secrets_key_id" {
  description = "KMS key (`projects/…/cryptoKeys/…`) to encrypt Kubernetes Secrets with, on top of Google's own encryption. The service agent of GKE must be allowed to use it."
  type        = string
  default     = null

  validation {
    condition     = var.secrets_key_id == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.secrets_key_id))
    error_message = "secrets_key_id must be projects/…/locations/…/keyRings/…/cryptoKeys/…."
  }
}

variable "maintenance" {
  description = "When GKE may upgrade: a weekly window (days as `MO` to `SU`, start in UTC as `HH:MM`, length in hours, 4 or more; GKE needs 48 hours in 32 days), and times without maintenance: start and end (RFC 3339) and scope (`NO_UPGRADES`, `NO_MINOR_UPGRADES`, `NO_MINOR_OR_NODE_UPGRADES`)."
  type = object({
    days  = optional(list(string), ["SA", "SU"])
    start = optional(string, "03:00")
    hours = optional(number, 6)
    exclusions = optional(map(object({
      start = string
      end   = string
      scope = optional(string, "NO_UPGRADES")
    })), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = length(var.maintenance.days) > 0 && length(setsubtract(var.maintenance.days, ["MO", "TU", "WE", "TH", "FR", "SA", "SU"])) == 0 && can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]$", var.maintenance.start))
    error_message = "maintenance.days must be days as MO to SU, and start a time in UTC as HH:MM."
  }
  validation {
    # Five weeks have 35 days; four of each weekday are sure in 32.
    condition     = var.maintenance.hours >= 4 && var.maintenance.hours <= 24 && var.maintenance.hours * length(var.maintenance.days) * 4 >= 48
    error_message = "maintenance: GKE needs at least 48 hours in 32 days, in windows of 4 hours or more."
  }
  validation {
    condition     = alltrue([for span in var.maintenance.exclusions : try(timecmp(span.start, span.end) < 0, false) && contains(["NO_UPGRADES", "NO_MINOR_UPGRADES", "NO_MINOR_OR_NODE_UPGRADES"], span.scope)])
    error_message = "maintenance.exclusions need start before end, both as RFC 3339 times, and a scope of NO_UPGRADES, NO_MINOR_UPGRADES or NO_MINOR_OR_NODE_UPGRADES."
  }
}

variable "node_pool" {
  description = "The default node pool, with the inputs of `google/node-pool` under their own names. Needed in standard mode."
  type = object({
    name         = optional(string, "default")
    machine_type = string
    min_size     = number
    max_size     = number
    initial_size = optional(number)
    spot         = optional(bool, false)
    image_type   = optional(string, "COS_CONTAINERD")
    disk = optional(object({
      size_gb = optional(number, 100)
      type    = optional(string, "pd-balanced")
      kms_key = optional(string)
    }), {})
    location_policy = optional(string, "BALANCED")
    labels          = optional(map(string), {})
    taints = optional(list(object({
      key    = string
      value  = optional(string, "")
      effect = string
    })), [])
    local_ssd_count   = optional(number, 0)
    network_tags      = optional(list(string), [])
    max_pods_per_node = optional(number)
    auto_upgrade      = optional(bool, true)
    secure_boot       = optional(bool, true)
  })
  default = null

  validation {
    condition     = (var.node_pool == null) == (var.mode == "autopilot")
    error_message = "Give a node_pool in standard mode, and none in autopilot mode."
  }
}

variable "node_service_account" {
  description = "Existing service account for nodes: its e-mail. Null makes one that may write logs and metrics and pull images, and nothing else."
  type        = object({ email = string })
  default     = null

  validation {
    condition     = var.node_service_account == null ? true : can(regex("^[^@]+@[^@]+\\.gserviceaccount\\.com$", var.node_service_account.email)) && !endswith(var.node_service_account.email, "-compute@developer.gserviceaccount.com")
    error_message = "node_service_account.email must be a service account of its own, not Compute Engine's default one."
  }
}

variable "node_roles" {
  description = "Project roles of the service account that is made for nodes."
  type        = set(string)
  default     = ["roles/container.defaultNodeServiceAccount", "roles/artifactregistry.reader"]
  nullable    = false

  validation {
    condition     = length(setintersection(var.node_roles, ["roles/owner", "roles/editor"])) == 0
    error_message = "node_roles must not hold owner or editor."
  }
}

variable "autoscaling_profile" {
  description = "How eagerly nodes are taken away: `BALANCED` or `OPTIMIZE_UTILIZATION`."
  type        = string
  default     = "BALANCED"
  nullable    = false

  validation {
    condition     = contains(["BALANCED", "OPTIMIZE_UTILIZATION"], var.autoscaling_profile)
    error_message = "autoscaling_profile must be BALANCED or OPTIMIZE_UTILIZATION."
  }
}

variable "max_pods_per_node" {
  description = "How many pods a node takes unless its pool says otherwise, 8 to 256. Null is GKE's 110. Standard mode only."
  type        = number
  default     = null

  validation {
    condition     = var.max_pods_per_node == null ? true : var.max_pods_per_node >= 8 && var.max_pods_per_node <= 256
    error_message = "max_pods_per_node must be from 8 to 256."
  }
}

variable "intranode_visibility" {
  description = "Whether traffic between pods of one node passes the VPC, and so its flow logs. Standard mode only; autopilot always does."
  type        = bool
  default     = false
  nullable    = false
}

variable "addons" {
  description = "Switches of GKE's add-ons: Filestore and Cloud Storage volumes, the backup agent, the DNS cache on nodes (standard mode), and Config Connector."
  type = object({
    filestore_csi    = optional(bool, false)
    gcs_fuse_csi     = optional(bool, false)
    backup_agent     = optional(bool, false)
    dns_cache        = optional(bool, true)
    config_connector = optional(bool, false)
  })
  default  = {}
  nullable = false
}

variable "gateway_api" {
  description = "Whether GKE brings the Gateway API and its controller."
  type        = bool
  default     = true
  nullable    = false
}

variable "logging_components" {
  description = "What is logged: `SYSTEM_COMPONENTS`, `WORKLOADS`, `APISERVER`, `CONTROLLER_MANAGER`, `SCHEDULER`."
  type        = set(string)
  default     = ["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER"]
  nullable    = false

  validation {
    condition     = length(setsubtract(var.logging_components, ["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER", "KCP_SSHD", "KCP_CONNECTION", "KCP_HPA"])) == 0
    error_message = "logging_components may hold SYSTEM_COMPONENTS, WORKLOADS, APISERVER, CONTROLLER_MANAGER, SCHEDULER, KCP_SSHD, KCP_CONNECTION and KCP_HPA."
  }
}

variable "monitoring_components" {
  description = "What is measured: `SYSTEM_COMPONENTS` and, for more, `APISERVER`, `SCHEDULER`, `CONTROLLER_MANAGER`, `STORAGE`, `HPA`, `POD`, `DAEMONSET`, `DEPLOYMENT`, `STATEFULSET`, `CADVISOR`, `KUBELET`, `DCGM`, `JOBSET`."
  type        = set(string)
  default     = ["SYSTEM_COMPONENTS"]
  nullable    = false

  validation {
    condition     = length(setsubtract(var.monitoring_components, ["SYSTEM_COMPONENTS", "APISERVER", "SCHEDULER", "CONTROLLER_MANAGER", "STORAGE", "HPA", "POD", "DAEMONSET", "DEPLOYMENT", "STATEFULSET", "CADVISOR", "KUBELET", "DCGM", "JOBSET"])) == 0
    error_message = "monitoring_components holds something that GKE does not measure."
  }
}

variable "managed_prometheus" {
  description = "Whether Google collects Prometheus metrics."
  type        = bool
  default     = true
  nullable    = false
}

variable "binary_authorization" {
  description = "Whether the project's Binary Authorization policy decides which images run."
  type        = bool
  default     = false
  nullable    = false
}

variable "security_group" {
  description = "Google group (`gke-security-groups@<domain>`) whose member groups role bindings may name."
  type        = string
  default     = null

  validation {
    condition     = var.security_group == null ? true : startswith(var.security_group, "gke-security-groups@")
    error_message = "security_group must be gke-security-groups@ and your domain."
  }
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to delete the cluster."
  type        = bool
  default     = true
  nullable    = false
}
