variables {
  domain = "ops.infra.acme.example"
}

run "empty_zone" {
  assert {
    condition     = output.domain == "ops.infra.acme.example" && length(output.records) == 0
    error_message = "A zone without records is fine."
  }
}

run "records" {
  variables {
    ttl = 60
    records = {
      "@" = { type = "A", values = ["192.0.2.10"] }
      "*" = { type = "CNAME", values = ["ops.infra.acme.example."] }
    }
  }

  assert {
    condition     = output.records == tolist(["*.ops.infra.acme.example", "ops.infra.acme.example"])
    error_message = "Names are relative to the zone."
  }
  assert {
    condition     = terraform_data.record["@"].input.ttl == 60
    error_message = "The time to live reaches the record."
  }
}

run "refuses" {
  command = plan
  variables {
    domain  = "ops."
    ttl     = 1
    records = { "A B" = { type = "A", values = ["192.0.2.10"] } }
  }
  expect_failures = [var.domain, var.ttl, var.records]
}

run "refuses_type" {
  command = plan
  variables {
    records = { "@" = { type = "WKS", values = ["x"] } }
  }
  expect_failures = [var.records]
}
