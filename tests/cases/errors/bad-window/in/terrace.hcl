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
  unobserved = [kustomize.web]

  window {
    deny = "Fri 15:00-Mon 07:00 Europe/Berlin"
  }
  window {
    allow     = "Mon 08:00-Mon 12:00"
    time_zone = "Europe/Berlin"
  }
  window {
    allow = "Tue 08:00-12:00"
  }
  window {
    deny      = "22:00-06:00 Europe/Berlin"
    time_zone = "UTC"
  }
  window {
    deny = "22:00-06:00 Mars/Base"
  }
}

backend "local" {
  path = "../../../.terrace/state/${env.name}/${state.name}.tfstate"
}
