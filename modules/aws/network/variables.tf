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

variable "cidr" {
  description = "IPv4 range of the VPC in CIDR notation, /16 to /20. AWS takes /16 to /28; smaller ones leave no room for three tiers of subnets."
  type        = string
  default     = "10.0.0.0/16"
  nullable    = false

  validation {
    condition     = can(regex("/(16|17|18|19|20)$", var.cidr)) && try(cidrhost(var.cidr, 0) == split("/", var.cidr)[0], false)
    error_message = "cidr must be an IPv4 range of /16 to /20 with no host bits set, such as 10.0.0.0/16."
  }
}

variable "zones" {
  description = "Availability zones, such as `eu-west-1a`. EKS asks for at least two. Subnets are numbered by the position here: add new zones at the end."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.zones) >= 2 && length(var.zones) <= 6 && length(distinct(var.zones)) == length(var.zones)
    error_message = "zones must name two to six availability zones, each once."
  }
  validation {
    condition     = alltrue([for zone in var.zones : startswith(zone, var.region) && can(regex("^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$", zone))])
    error_message = "Each zone must be one of the region's: the region's name and a letter, such as eu-west-1a."
  }
}

variable "subnet_bits" {
  description = "How much longer the prefixes of the subnets are than the VPC's, in bits: `private` for nodes and pods, `public` for load balancers and NAT gateways, `control` for the cluster's own interfaces. The defaults make /20, /24 and /28 of a /16."
  type = object({
    private = optional(number, 4)
    public  = optional(number, 8)
    control = optional(number, 12)
  })
  default  = {}
  nullable = false

  validation {
    # The last block of private size holds the public and control subnets.
    condition     = var.subnet_bits.private >= 3 && var.subnet_bits.public >= var.subnet_bits.private + 4 && var.subnet_bits.control >= var.subnet_bits.public + 3
    error_message = "subnet_bits needs private >= 3, public >= private + 4 and control >= public + 3, so that no two subnets overlap."
  }
  validation {
    condition     = try(tonumber(split("/", var.cidr)[1]) + var.subnet_bits.control <= 28, true)
    error_message = "subnet_bits.control makes subnets smaller than /28, the smallest that AWS takes."
  }
}

variable "nat" {
  description = "The way out for private subnets. `mode`: `per-zone` (a NAT gateway in each zone), `single` (one for all: cheaper, gone with its zone) or `none`. `allocation_ids`: existing Elastic IPs, one a gateway, in the order of the zones; without them, new ones."
  type = object({
    mode           = optional(string, "per-zone")
    allocation_ids = optional(list(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["per-zone", "single", "none"], var.nat.mode)
    error_message = "nat.mode must be per-zone, single or none."
  }
  validation {
    condition     = length(var.nat.allocation_ids) == 0 || length(var.nat.allocation_ids) == (var.nat.mode == "per-zone" ? length(var.zones) : var.nat.mode == "single" ? 1 : 0)
    error_message = "nat.allocation_ids must hold one Elastic IP for each NAT gateway, or none."
  }
}

variable "existing_vpc" {
  description = "A VPC to put the subnets into instead of a new one, with its internet gateway. `cidr` must then be a range of that VPC."
  type = object({
    id                  = string
    internet_gateway_id = string
  })
  default = null
}

variable "flow_logs" {
  description = "Flow logs of the VPC, kept in CloudWatch: which traffic (`ALL`, `ACCEPT`, `REJECT`), for how many days, encrypted with which KMS key (an ARN; CloudWatch's own when null). Not for an existing VPC."
  type = object({
    enabled        = optional(bool, true)
    traffic        = optional(string, "ALL")
    retention_days = optional(number, 30)
    kms_key_arn    = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["ALL", "ACCEPT", "REJECT"], var.flow_logs.traffic)
    error_message = "flow_logs.traffic must be ALL, ACCEPT or REJECT."
  }
  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.flow_logs.retention_days)
    error_message = "flow_logs.retention_days must be a number of days that CloudWatch takes, such as 30, 90 or 365."
  }
}

variable "gateway_endpoints" {
  description = "Services reached through a gateway endpoint, which costs nothing and keeps the traffic off the NAT gateways: `s3`, `dynamodb`."
  type        = set(string)
  default     = ["s3"]
  nullable    = false

  validation {
    condition     = length(setsubtract(var.gateway_endpoints, ["s3", "dynamodb"])) == 0
    error_message = "gateway_endpoints may hold s3 and dynamodb."
  }
}

variable "interface_endpoints" {
  description = "Services reached through an interface endpoint in the private subnets, by the last part of their name: `ecr.api`, `ecr.dkr`, `sts`, `ec2`, `eks`, `eks-auth`, `logs`. Each costs by the hour and zone. Without NAT a cluster needs these."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for service in var.interface_endpoints : can(regex("^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", service))])
    error_message = "interface_endpoints must hold the last part of a service's name, such as ecr.api."
  }
}
