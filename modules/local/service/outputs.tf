output "hosts" {
  description = "Host name of each exposed service."
  value       = { for name, service in terraform_data.service : name => service.output.host if service.output.host != "" }
}

output "requested" {
  description = "What all replicas request together: CPU in millicores, memory in MiB."
  value = {
    cpu    = sum(concat([0], [for service in var.services : service.cpu * service.replicas]))
    memory = sum(concat([0], [for service in var.services : service.memory * service.replicas]))
  }
}
