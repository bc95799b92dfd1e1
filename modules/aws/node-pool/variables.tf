variable "cluster_name" {
  description = "Name of the EKS cluster that the nodes join."
  type        = string
  nullable    = false
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

variable "node_role_arn" {
  description = "ARN of the IAM role that the nodes have, such as the cluster module's `node_role_arn`."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", var.node_role_arn))
    error_message = "node_role_arn must be the ARN of an IAM role."
  }
}

variable "subnet_ids" {
  description = "Subnets that the nodes start in. Subnets of one zone keep a pool in that zone."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.subnet_ids) > 0
    error_message = "subnet_ids must name at least one subnet."
  }
}

variable "instance_types" {
  description = "Instance types, the preferred one first. All of one architecture and with the same kind of accelerator: the first decides the AMI."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.instance_types) > 0 && length(var.instance_types) <= 20 && alltrue([for type in var.instance_types : can(regex("^[a-z0-9-]+\\.[a-z0-9-]+$", type))])
    error_message = "instance_types must hold 1 to 20 instance types such as m7i.large."
  }
  validation {
    # `m7g.large`: letters, a generation, then `g` for Graviton among the rest.
    condition     = length(distinct([for type in var.instance_types : can(regex("^([a-z]+[0-9]+g|im4gn|is4gen|a1)", type))])) <= 1
    error_message = "instance_types must be of one architecture: Graviton types such as m7g.large need another image than m7i.large does."
  }
  validation {
    condition     = var.ami_type != null || length(distinct([for type in var.instance_types : can(regex("^g4ad\\.", type)) ? "amd" : can(regex("^[pg][0-9]", type)) ? "nvidia" : can(regex("^(inf|trn)[0-9]", type)) ? "neuron" : "none"])) <= 1
    error_message = "instance_types must have the same kind of accelerator, or none: it decides the image. Set ami_type where one image fits all of them."
  }
  validation {
    condition     = var.ami_type != null || !anytrue([for type in var.instance_types : startswith(type, "g4ad.")])
    error_message = "instance_types: g4ad has AMD GPUs, and EKS has no image with drivers for them. Set ami_type to say that you bring them yourself."
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
}

variable "max_size" {
  description = "Largest number of nodes."
  type        = number
  nullable    = false

  validation {
    condition     = var.max_size >= 1 && floor(var.max_size) == var.max_size && var.max_size <= 450
    error_message = "max_size must be a whole number from 1 to 450."
  }
  validation {
    condition     = var.max_size >= var.min_size
    error_message = "max_size must not be smaller than min_size."
  }
}

variable "desired_size" {
  description = "Number of nodes to start with; later changes are the autoscaler's and are ignored. Null starts with `min_size`."
  type        = number
  default     = null

  validation {
    condition     = var.desired_size == null ? true : floor(var.desired_size) == var.desired_size && var.desired_size >= var.min_size && var.desired_size <= var.max_size
    error_message = "desired_size must be a whole number from min_size to max_size."
  }
}

variable "capacity_type" {
  description = "`ON_DEMAND`, or `SPOT` for nodes that AWS may take back at two minutes' notice."
  type        = string
  default     = "ON_DEMAND"
  nullable    = false

  validation {
    condition     = contains(["ON_DEMAND", "SPOT"], var.capacity_type)
    error_message = "capacity_type must be ON_DEMAND or SPOT."
  }
}

variable "ami_type" {
  description = "EKS image family, such as `AL2023_ARM_64_STANDARD` or `BOTTLEROCKET_x86_64`. Null takes Amazon Linux 2023 for the architecture and accelerator of the first instance type."
  type        = string
  default     = null

  validation {
    condition     = var.ami_type == null ? true : can(regex("^(AL2023_(x86_64_STANDARD|ARM_64_STANDARD|x86_64_NEURON|x86_64_NVIDIA|ARM_64_NVIDIA)|BOTTLEROCKET_(x86_64|ARM_64)(_NVIDIA|_FIPS|_NVIDIA_FIPS)?)$", var.ami_type))
    error_message = "ami_type must be one of EKS's Amazon Linux 2023 or Bottlerocket families, such as AL2023_x86_64_STANDARD. Amazon Linux 2 ended in November 2025."
  }
}

variable "release_version" {
  description = "Version of the EKS image, such as `1.34.1-20260209`. Null takes the newest at creation; EKS does not change it by itself."
  type        = string
  default     = null
}

variable "kubernetes_version" {
  description = "Kubernetes version of the nodes, `major.minor`. Null follows the cluster at creation."
  type        = string
  default     = null

  validation {
    condition     = var.kubernetes_version == null ? true : can(regex("^1\\.[0-9]{2}$", var.kubernetes_version))
    error_message = "kubernetes_version must be written as major.minor, such as 1.34."
  }
}

variable "disk" {
  description = "The nodes' volume: size in GiB, type, IOPS and throughput in MiB/s (gp3), and the KMS key (an ARN; the account's own EBS key when null). Always encrypted. With Bottlerocket it is the data volume."
  type = object({
    size_gib    = optional(number, 50)
    type        = optional(string, "gp3")
    iops        = optional(number)
    throughput  = optional(number)
    kms_key_arn = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.disk.size_gib >= 20 && var.disk.size_gib <= 16384
    error_message = "disk.size_gib must be from 20 to 16384."
  }
  validation {
    condition     = contains(["gp3", "io2"], var.disk.type)
    error_message = "disk.type must be gp3 or io2."
  }
  validation {
    condition     = (var.disk.throughput == null || var.disk.type == "gp3") && (var.disk.iops != null || var.disk.type == "gp3")
    error_message = "disk.throughput goes with gp3 only, and io2 needs disk.iops."
  }
}

variable "metadata_hop_limit" {
  description = "How many network hops an answer of the instance metadata service may take. 1 keeps pods from the node's role; 2 lets pods reach it, which only host-networked tools should need. Tokens (IMDSv2) are always required."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = contains([1, 2], var.metadata_hop_limit)
    error_message = "metadata_hop_limit must be 1 or 2."
  }
}

variable "labels" {
  description = "Kubernetes labels of the nodes."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.labels) : !can(regex("^([a-z0-9.-]*\\.)?kubernetes\\.io/", key)) || startswith(key, "node.kubernetes.io/") || startswith(key, "node-restriction.kubernetes.io/")])
    error_message = "labels must not be under kubernetes.io, which nodes may not give themselves."
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

variable "max_pods" {
  description = "How many pods a node takes. Null leaves it to EKS, which counts addresses. Amazon Linux 2023 only."
  type        = number
  default     = null

  validation {
    condition     = var.max_pods == null ? true : var.max_pods >= 8 && var.max_pods <= 250 && !startswith(coalesce(var.ami_type, "AL2023"), "BOTTLEROCKET")
    error_message = "max_pods must be from 8 to 250, and Bottlerocket takes it through user_data."
  }
}

variable "user_data" {
  description = "User data in the image's own form (MIME parts for Amazon Linux 2023, TOML for Bottlerocket), not encoded. EKS adds its own."
  type        = string
  default     = null

  validation {
    condition     = var.user_data == null || var.max_pods == null
    error_message = "user_data and max_pods both write user data: give one of them."
  }
}

variable "security_group_ids" {
  description = "Security groups of the nodes besides the cluster's own. They go together with `cluster_security_group_id`."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "cluster_security_group_id" {
  description = "The cluster's security group. Needed only with `security_group_ids`, since a launch template that names groups names all of them."
  type        = string
  default     = null

  validation {
    condition     = length(var.security_group_ids) == 0 || var.cluster_security_group_id != null
    error_message = "cluster_security_group_id is needed with security_group_ids, or the nodes could not reach the cluster."
  }
}

variable "max_unavailable_percentage" {
  description = "How many of the nodes may be replaced at a time in an update, in percent."
  type        = number
  default     = 33
  nullable    = false

  validation {
    condition     = var.max_unavailable_percentage >= 1 && var.max_unavailable_percentage <= 100
    error_message = "max_unavailable_percentage must be from 1 to 100."
  }
}

variable "force_update" {
  description = "Whether an update goes on where a disruption budget keeps pods from leaving. False lets the update fail instead."
  type        = bool
  default     = false
  nullable    = false
}

variable "repair" {
  description = "Whether EKS replaces nodes that it finds unhealthy."
  type        = bool
  default     = true
  nullable    = false
}

variable "tags" {
  description = "Tags of the pool, its instances and its volumes."
  type        = map(string)
  default     = {}
  nullable    = false
}
