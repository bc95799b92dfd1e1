resource "terraform_data" "service" {
  for_each = { for service in var.services : service.name => service }

  input = {
    cluster  = var.cluster
    replicas = each.value.replicas
    requests = { cpu = "${each.value.cpu}m", memory = "${each.value.memory}Mi" }
    host     = each.value.exposed ? "${each.key}.${var.domain}" : ""
  }
}
