variable "name_prefix" {
  description = "First part of the cluster's name."
  type        = string
  nullable    = false
}

variable "environment" {
  description = "Name of the environment, such as `ops`."
  type        = string
  nullable    = false
}

variable "base_domain" {
  description = "Domain under which the environment has its own, for the outputs `domain` and `fqdn`."
  type        = string
  default     = ""
  nullable    = false
}

variable "node_image" {
  description = "Image of the nodes, pinned by its digest. Decides the Kubernetes version."
  type        = string
  default     = "kindest/node:v1.34.0@sha256:7416a61b42b1662ca6ca89f02028ac133a309a2a30ba309614e8ec94d976dc5a"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9./_-]+:v1\\.[0-9]+\\.[0-9]+@sha256:[0-9a-f]{64}$", var.node_image))
    error_message = "node_image must carry a version tag and a digest, such as kindest/node:v1.34.0@sha256:…."
  }
}

variable "control_planes" {
  description = "Number of control-plane nodes: 1, or 3 to try out failures."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = contains([1, 3, 5], var.control_planes)
    error_message = "control_planes must be 1, 3 or 5: etcd needs an odd number."
  }
}

variable "workers" {
  description = "Worker nodes: labels of each, so that a zone or a pool can be played. Empty lets the control plane run everything."
  type = list(object({
    labels = optional(map(string), {})
  }))
  default  = []
  nullable = false

  validation {
    condition     = length(var.workers) <= 20
    error_message = "workers may hold at most 20 nodes."
  }
}

variable "ports" {
  description = "Ports of this machine that lead to ports of the first control-plane node, by the port here. Two clusters on one machine need different ones."
  type = map(object({
    node_port = number
    protocol  = optional(string, "TCP")
    address   = optional(string, "127.0.0.1")
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for port, target in var.ports : can(regex("^[0-9]+$", port)) && try(tonumber(port) >= 1 && tonumber(port) <= 65535, false) && target.node_port >= 1 && target.node_port <= 65535 && contains(["TCP", "UDP", "SCTP"], target.protocol)])
    error_message = "ports: keys and node_port must be from 1 to 65535, and protocol TCP, UDP or SCTP."
  }
}

variable "api_server" {
  description = "Where the API listens on this machine: the address, and a port that stays the same (null: a free one). Anything but 127.0.0.1 opens the cluster to the network."
  type = object({
    address = optional(string, "127.0.0.1")
    port    = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(cidrhost("${var.api_server.address}/32", 0)) && (var.api_server.port == null ? true : var.api_server.port >= 1024 && var.api_server.port <= 65535)
    error_message = "api_server.address must be an IPv4 address, and port from 1024 to 65535."
  }
}

variable "pod_cidr" {
  description = "IPv4 range of the pods."
  type        = string
  default     = "10.244.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrnetmask(var.pod_cidr))
    error_message = "pod_cidr must be an IPv4 range."
  }
}

variable "service_cidr" {
  description = "IPv4 range of Services."
  type        = string
  default     = "10.96.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrnetmask(var.service_cidr))
    error_message = "service_cidr must be an IPv4 range."
  }
}

variable "default_cni" {
  description = "Whether kind brings its own network plugin, which enforces NetworkPolicies. False leaves nodes waiting for one of yours."
  type        = bool
  default     = true
  nullable    = false
}

variable "kubeconfig_path" {
  description = "File that the credentials are written to. Null lets kind write them into the user's own kubeconfig."
  type        = string
  default     = null
}
