# Each operator once; what is not named here stays as base has it.
terraform "service" {
  inputs = {
    containers = merge_by("name", [{ name = "web", image = "web:1.5" }])
    arguments  = append(["--verbose"])
    schedule   = override({ day = "monday" })
    limits     = { cpu = 1 }
    owner      = unset
    zones      = env.region == "eu-west-1" ? prepend(["eu-west-1-lax-1a"]) : unset
  }

  patch = [
    { op = "test", path = "/limits/memory", value = 4096 },
    { op = "replace", path = "/limits/memory", value = 1024 },
  ]
}
