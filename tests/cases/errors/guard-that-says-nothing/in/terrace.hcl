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
  gates      = []
  unobserved = [kustomize.web]

  coverage {
    approvers = 0
  }

  approvals {
    min  = 0
    role = "oncall"
  }
}

backend "local" {
  path = "../../../.terrace/state/${env.name}/${state.name}.tfstate"
}
