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
  description = "AWS region, such as `eu-west-1`. Must be the provider's own region."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be an AWS region such as eu-west-1."
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

variable "base_domain" {
  description = "Domain under which the environment has its own, for the outputs `domain` and `fqdn`."
  type        = string
  default     = ""
  nullable    = false
}

variable "kubernetes_version" {
  description = "Kubernetes version of the control plane, `major.minor`. EKS goes up one minor version at a time, and never down."
  type        = string
  default     = "1.35"
  nullable    = false

  validation {
    condition     = can(regex("^1\\.(29|3[0-9])$", var.kubernetes_version))
    error_message = "kubernetes_version must be written as major.minor, such as 1.35."
  }
}

variable "support_type" {
  description = "What happens at the end of a version's standard support: `STANDARD` upgrades, `EXTENDED` stays and costs more."
  type        = string
  default     = "STANDARD"
  nullable    = false

  validation {
    condition     = contains(["STANDARD", "EXTENDED"], var.support_type)
    error_message = "support_type must be STANDARD or EXTENDED."
  }
}

variable "control_subnet_ids" {
  description = "Subnets for the control plane's interfaces, in at least two zones, such as the network module's `control_subnet_ids`. They cannot be exchanged later for others in other zones."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.control_subnet_ids) >= 2
    error_message = "control_subnet_ids must name subnets in at least two zones."
  }
}

variable "node_subnet_ids" {
  description = "Subnets of the default node pool, such as the network module's `private_subnet_ids`."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = var.node_pool == null || length(var.node_subnet_ids) > 0
    error_message = "node_subnet_ids must name at least one subnet for the default node pool."
  }
}

variable "security_group_ids" {
  description = "Security groups of the control plane's interfaces, besides the one that EKS makes."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "endpoint" {
  description = "Who reaches the API. It is always reached from the VPC; `public_cidrs` are the ranges that reach it from outside, none by default."
  type = object({
    public_cidrs = optional(list(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for cidr in var.endpoint.public_cidrs : can(cidrnetmask(cidr)) && !endswith(cidr, "/0")])
    error_message = "endpoint.public_cidrs must be IPv4 ranges and must not open the API to the world."
  }
}

variable "service_cidr" {
  description = "IPv4 range of Services, /12 to /24 in private address space, apart from the VPC. Cannot be changed later. Ignored with IPv6."
  type        = string
  default     = "172.20.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrnetmask(var.service_cidr)) && can(regex("^(10|172\\.(1[6-9]|2[0-9]|3[01])|192\\.168)\\..*/(1[2-9]|2[0-4])$", var.service_cidr))
    error_message = "service_cidr must be a private IPv4 range of /12 to /24."
  }
}

variable "ip_family" {
  description = "`ipv4` or `ipv6` addresses for pods and services. Cannot be changed later; IPv6 needs a network with IPv6 ranges."
  type        = string
  default     = "ipv4"
  nullable    = false

  validation {
    condition     = contains(["ipv4", "ipv6"], var.ip_family)
    error_message = "ip_family must be ipv4 or ipv6."
  }
}

variable "encryption_key" {
  description = "KMS key for Kubernetes Secrets: its ARN. Null makes one, with rotation. Secrets are always encrypted; the key cannot be changed later."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = var.encryption_key == null ? true : can(regex("^arn:aws[a-z-]*:kms:", var.encryption_key.arn))
    error_message = "encryption_key.arn must be the ARN of a KMS key."
  }
}

variable "logs" {
  description = "Control-plane logs: which types, for how many days, encrypted with which KMS key (an ARN; CloudWatch's own when null)."
  type = object({
    types          = optional(set(string), ["api", "audit", "authenticator", "controllerManager", "scheduler"])
    retention_days = optional(number, 90)
    kms_key_arn    = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = length(setsubtract(var.logs.types, ["api", "audit", "authenticator", "controllerManager", "scheduler"])) == 0
    error_message = "logs.types may hold api, audit, authenticator, controllerManager and scheduler."
  }
  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.logs.retention_days)
    error_message = "logs.retention_days must be a number of days that CloudWatch takes, such as 30, 90 or 365."
  }
}

variable "access" {
  description = "Who may do what, by a name of your choice: the IAM principal, groups for your own role bindings, and EKS access policies by their short name (`AmazonEKSClusterAdminPolicy`, `AmazonEKSAdminPolicy`, `AmazonEKSEditPolicy`, `AmazonEKSViewPolicy`, …), for the whole cluster or some namespaces. There is no aws-auth ConfigMap, and whoever creates the cluster gets nothing by that."
  type = map(object({
    principal_arn = string
    groups        = optional(list(string), [])
    policies = optional(list(object({
      name       = string
      namespaces = optional(list(string), [])
    })), [])
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for entry in var.access : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+$", entry.principal_arn))])
    error_message = "access: principal_arn must be the ARN of an IAM role or user."
  }
  validation {
    condition     = alltrue(flatten([for entry in var.access : [for policy in entry.policies : can(regex("^AmazonEKS[A-Za-z]+Policy$", policy.name))]]))
    error_message = "access: policies are named as AmazonEKSClusterAdminPolicy, AmazonEKSViewPolicy and so on, without the ARN."
  }
  validation {
    condition     = alltrue(flatten([for entry in var.access : [for group in entry.groups : !startswith(group, "system:")]]))
    error_message = "access: EKS refuses groups that start with system: use an access policy."
  }
}

variable "node_pool" {
  description = "The default node pool, with the inputs of `aws/node-pool` under their own names. Null leaves it out, as with Auto Mode."
  type = object({
    name            = optional(string, "default")
    instance_types  = list(string)
    min_size        = number
    max_size        = number
    desired_size    = optional(number)
    capacity_type   = optional(string, "ON_DEMAND")
    ami_type        = optional(string)
    release_version = optional(string)
    # The cluster's where it is not given.
    kubernetes_version = optional(string)
    disk = optional(object({
      size_gib    = optional(number, 50)
      type        = optional(string, "gp3")
      iops        = optional(number)
      throughput  = optional(number)
      kms_key_arn = optional(string)
    }), {})
    metadata_hop_limit = optional(number, 1)
    labels             = optional(map(string), {})
    taints = optional(list(object({
      key    = string
      value  = optional(string, "")
      effect = string
    })), [])
    max_pods                   = optional(number)
    max_unavailable_percentage = optional(number, 33)
  })
  default = null

  validation {
    condition     = var.node_pool != null || var.auto_mode.enabled
    error_message = "Without a node_pool and without auto_mode, nothing could run: CoreDNS would wait for nodes for ever."
  }
  # The rules of aws/node-pool that are broken most often, so that they are seen
  # before a plan.
  validation {
    condition     = var.node_pool == null ? true : length(distinct([for type in var.node_pool.instance_types : can(regex("^([a-z]+[0-9]+g|im4gn|is4gen|a1)", type))])) <= 1
    error_message = "node_pool.instance_types must be of one architecture: Graviton types such as m7g.large need another image than m7i.large does."
  }
  validation {
    condition     = var.node_pool == null ? true : alltrue([for size in [var.node_pool.min_size, var.node_pool.max_size, coalesce(var.node_pool.desired_size, var.node_pool.min_size)] : floor(size) == size && size >= var.node_pool.min_size && size <= var.node_pool.max_size])
    error_message = "node_pool: min_size, desired_size and max_size must be whole numbers, in that order."
  }
}

variable "node_role" {
  description = "Existing IAM role for nodes: its ARN. Null makes one that may join the cluster and pull images, and nothing else."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = var.node_role == null ? true : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", var.node_role.arn))
    error_message = "node_role.arn must be the ARN of an IAM role."
  }
}

variable "cluster_role" {
  description = "Existing IAM role for the control plane: its ARN. Null makes one."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = var.cluster_role == null ? true : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", var.cluster_role.arn))
    error_message = "cluster_role.arn must be the ARN of an IAM role."
  }
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of every role that is made here."
  type        = string
  default     = null
}

variable "addons" {
  description = "EKS add-ons by name, with version and configuration (JSON); null versions take EKS's default for the Kubernetes version. Null takes vpc-cni, kube-proxy, coredns, eks-pod-identity-agent and aws-ebs-csi-driver, and with Auto Mode none, since it has its own."
  type = map(object({
    version       = optional(string)
    configuration = optional(string)
    preserve      = optional(bool, true)
  }))
  default = null

  validation {
    condition     = var.addons == null ? true : alltrue([for addon in var.addons : addon.configuration == null || can(jsondecode(addon.configuration))])
    error_message = "addons: configuration must be JSON; use jsonencode({…})."
  }
}

variable "network_policy" {
  description = "Whether the VPC CNI enforces NetworkPolicies. Without it they have no effect. Applies to the default add-ons."
  type        = bool
  default     = true
  nullable    = false
}

variable "auto_mode" {
  description = "EKS Auto Mode: AWS runs the nodes, load balancers and volumes. `node_pools`: which built-in pools, `general-purpose` and `system`."
  type = object({
    enabled    = optional(bool, false)
    node_pools = optional(set(string), ["general-purpose", "system"])
  })
  default  = {}
  nullable = false

  validation {
    condition     = length(setsubtract(var.auto_mode.node_pools, ["general-purpose", "system"])) == 0
    error_message = "auto_mode.node_pools may hold general-purpose and system."
  }
}

variable "cluster_autoscaler" {
  description = "Whether the service account `kube-system/cluster-autoscaler` gets a role through Pod Identity that may set the size of this cluster's node groups."
  type        = bool
  default     = false
  nullable    = false
}

variable "oidc_provider" {
  description = "Whether to register the cluster's issuer with IAM, for roles for service accounts (IRSA). Pod Identity needs none."
  type        = bool
  default     = false
  nullable    = false
}

variable "zonal_shift" {
  description = "Whether AWS may move traffic away from a zone in trouble."
  type        = bool
  default     = false
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether EKS refuses to delete the cluster."
  type        = bool
  default     = true
  nullable    = false
}
