kustomize "api" {
  namePrefix = terraform.network.id
}
