locals {
  ports = { http = 80, https = 443 }
  tags  = { platform = platform.name }
}

terraform "service" {
  source = "./modules/service"

  inputs = {
    name   = "service-${env.name}"
    domain = "${env.name}.${platform.base_domain}"
    tags   = merge(local.tags, { region = env.region })
    zones  = [for letter in ["a", "b", "c"] : "${env.region}${letter}"]

    containers = [
      { name = "web", image = "web:1.4", ports = values(local.ports) },
      { name = "log", image = "log:2.0" },
    ]

    limits = {
      cpu    = 2
      memory = 4096
      burst  = { cpu = 4 }
    }

    arguments = ["--serve"]
    schedule  = { day = "sunday", hour = 3 }
    owner     = "platform"
  }
}
