variable "name" {
  description = "Name of the service."
  type        = string
}

variable "domain" {
  description = "Domain it answers at."
  type        = string
}

variable "tags" {
  description = "Tags of everything."
  type        = map(string)
  default     = {}
}

variable "zones" {
  description = "Zones it runs in."
  type        = list(string)
}

variable "containers" {
  description = "Containers, told apart by name."
  type = list(object({
    name  = string
    image = string
    ports = optional(list(number), [])
  }))

  validation {
    condition     = length(var.containers) > 0
    error_message = "A service has at least one container."
  }
}

variable "limits" {
  description = "CPU in cores, memory in MiB."
  type = object({
    cpu    = number
    memory = number
    burst  = optional(object({ cpu = number }))
  })
}

variable "arguments" {
  description = "Arguments of the first container."
  type        = list(string)
  default     = []
}

variable "schedule" {
  description = "When it is maintained: day and hour (UTC)."
  type = object({
    day  = string
    hour = optional(number, 0)
  })
}

variable "owner" {
  description = "Team that owns it."
  type        = string
  default     = "nobody"
  nullable    = false
}
