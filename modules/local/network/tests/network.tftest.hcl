variables {
  name_prefix = "net"
  environment = "ops"
  region      = "local"
  zones       = ["local-a", "local-b"]
}

run "defaults" {
  assert {
    condition     = output.name == "net-ops-local" && output.cidr == "10.0.0.0/16"
    error_message = "Wrong name or range."
  }
  assert {
    condition     = output.subnets == { "local-a" = "10.0.0.0/20", "local-b" = "10.0.16.0/20" }
    error_message = "One subnet a zone, in the order of the zones."
  }
}

run "own_range" {
  variables {
    cidr        = "172.16.0.0/20"
    subnet_bits = 3
  }

  assert {
    condition     = output.subnets["local-b"] == "172.16.2.0/23"
    error_message = "Wrong arithmetic."
  }
}

run "refuses" {
  command = plan

  variables {
    cidr        = "10.0.0.1/16"
    zones       = ["local-a", "local-a"]
    subnet_bits = 2
  }

  expect_failures = [var.cidr, var.zones, var.subnet_bits]
}
