variables {
  cluster = { name = "gc0-ops-local", endpoint = "https://gc0-local.ops.infra.acme.example:6443" }
  domain  = "ops.infra.acme.example"
}

run "none" {
  assert {
    condition     = output.requested.cpu == 0 && length(output.hosts) == 0
    error_message = "No services request nothing."
  }
}

run "some" {
  variables {
    services = [
      { name = "catalog", replicas = 3, cpu = 200, memory = 256, exposed = true },
      { name = "worker" },
    ]
  }

  assert {
    condition     = output.hosts == { catalog = "catalog.ops.infra.acme.example" }
    error_message = "Only exposed services have a host."
  }
  assert {
    condition     = output.requested == { cpu = 800, memory = 1024 }
    error_message = "Requests are summed over replicas."
  }
}

run "refuses" {
  command = plan
  variables {
    cluster  = { name = "gc0", endpoint = "http://example.com" }
    services = [{ name = "a" }, { name = "a" }]
  }
  expect_failures = [var.cluster, var.services]
}

run "refuses_name" {
  command = plan
  variables {
    services = [{ name = "A" }]
  }
  expect_failures = [var.services]
}

run "refuses_size" {
  command = plan
  variables {
    services = [{ name = "a", replicas = 0 }]
  }
  expect_failures = [var.services]
}
