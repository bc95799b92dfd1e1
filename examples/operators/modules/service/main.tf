resource "terraform_data" "service" {
  input = {
    name       = var.name
    domain     = var.domain
    tags       = var.tags
    zones      = var.zones
    containers = var.containers
    limits     = var.limits
    arguments  = var.arguments
    schedule   = var.schedule
    owner      = var.owner
  }
}
