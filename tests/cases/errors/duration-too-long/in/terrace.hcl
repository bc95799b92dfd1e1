platform "acme" {
  base_domain = "acme.example"
}

environment "ops" {
  entry  = true
  layers = ["base", "ops"]
  region = "eu-west-1"
}

environment "apps" {
  layers = ["base", "apps"]
  region = "eu-central-1"
}

promotion "ops" "apps" {
  gates      = [gate.plan_clean]
  expires    = "99999999999999d"
  unobserved = [kustomize.web]
}

backend "local" {
  path = "../../../.terrace/state/${env.name}/${state.name}.tfstate"
}
