# A conventional tree, taken whole.
kustomize "web" {
  source = "./apps/web/overlays/${env.name}"
}
