variable "name_prefix" {
  description = "First part of the network's name."
  type        = string
  nullable    = false
}

variable "environment" {
  description = "Name of the environment."
  type        = string
  nullable    = false
}

variable "region" {
  description = "Region of the network; any name, since nothing leaves this machine."
  type        = string
  nullable    = false
}

variable "cidr" {
  description = "IPv4 range of the network in CIDR notation, /8 to /24."
  type        = string
  default     = "10.0.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrnetmask(var.cidr)) && can(regex("/(8|9|1[0-9]|2[0-4])$", var.cidr)) && try(cidrhost(var.cidr, 0) == split("/", var.cidr)[0], false)
    error_message = "cidr must be an IPv4 range such as 10.0.0.0/16, /8 to /24, with no host bits set."
  }
}

variable "zones" {
  description = "Zones, one subnet each. At least one; no zone twice."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.zones) >= 1 && length(var.zones) <= 8 && length(distinct(var.zones)) == length(var.zones)
    error_message = "zones must name one to eight zones, each once."
  }
}

variable "subnet_bits" {
  description = "Bits by which a subnet's prefix is longer than the network's: 4 makes /20 subnets of a /16."
  type        = number
  default     = 4
  nullable    = false

  validation {
    condition     = var.subnet_bits >= 3 && var.subnet_bits <= 8 && floor(var.subnet_bits) == var.subnet_bits
    error_message = "subnet_bits must be a whole number from 3 to 8."
  }
}
