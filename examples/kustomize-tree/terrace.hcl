platform "tree" {
}

environment "ops" {
  entry  = true
  layers = ["base", "ops"]
}

environment "apps" {
  layers = ["base", "apps-layer"]
}

promotion "ops" "apps" {
  gates      = []
  unobserved = [kustomize.web, kustomize.api]
}
