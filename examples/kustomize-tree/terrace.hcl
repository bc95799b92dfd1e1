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
  gates      = [gate.rollout]
  unobserved = [kustomize.web, kustomize.api]
}

gate "rollout" {
  command = ["./gates/rollout.sh"]
}
