kustomize "shop" {
  source = "./shop/overlays/${env.name}"
}
