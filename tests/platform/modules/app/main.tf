variable "network_id" {
  type = string
}

variable "tags" {
  type    = map(string)
  default = {}
}

variable "replicas" {
  type    = number
  default = 2
}

variable "node_pool" {
  type = object({
    instance_types = list(string)
    min_size       = number
    max_size       = number
    spot           = optional(bool, false)
  })

  validation {
    condition     = var.node_pool.min_size <= var.node_pool.max_size
    error_message = "The pool's min_size is above its max_size."
  }
}

resource "terraform_data" "app" {
  input = {
    network = var.network_id
    tags    = var.tags
    pool    = var.node_pool
  }
}

output "id" {
  value = terraform_data.app.id
}
