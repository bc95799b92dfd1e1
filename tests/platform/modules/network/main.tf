variable "name" {
  type = string
}

variable "zones" {
  type    = list(string)
  default = []
}

resource "terraform_data" "network" {
  input = {
    name  = var.name
    zones = var.zones
  }
}

output "id" {
  value = terraform_data.network.id
}

output "zones" {
  value = var.zones
}
