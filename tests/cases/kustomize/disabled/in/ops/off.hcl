kustomize "web" {
  enabled = false
}
