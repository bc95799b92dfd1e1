variable "cluster" {
  description = "Cluster that the services run on: name and address of its API."
  type = object({
    name     = string
    endpoint = string
  })
  nullable = false

  validation {
    condition     = startswith(var.cluster.endpoint, "https://")
    error_message = "cluster.endpoint must be an https address."
  }
}

variable "domain" {
  description = "Domain under which services with a host are reached."
  type        = string
  nullable    = false
}

variable "services" {
  description = "Services by name: number of replicas, CPU in millicores, memory in MiB, and whether the service has a host name under the domain."
  type = list(object({
    name     = string
    replicas = optional(number, 2)
    cpu      = optional(number, 100)
    memory   = optional(number, 128)
    exposed  = optional(bool, false)
  }))
  default  = []
  nullable = false

  validation {
    condition     = length(distinct(var.services[*].name)) == length(var.services)
    error_message = "services must not hold a name twice."
  }
  validation {
    condition     = alltrue([for service in var.services : can(regex("^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$", service.name))])
    error_message = "A service's name must start with a lower-case letter, hold only lower-case letters, digits and dashes, and be 1 to 30 characters long."
  }
  validation {
    condition     = alltrue([for service in var.services : service.replicas >= 1 && service.replicas <= 50 && service.cpu >= 10 && service.memory >= 16])
    error_message = "A service needs 1 to 50 replicas, at least 10 millicores and at least 16 MiB."
  }
}
