variables {
  name_prefix = "gc0"
  environment = "ops"
}

run "shortest" {
  command = plan

  assert {
    condition     = output.name == "gc0-ops"
    error_message = "Empty parts must leave no delimiter behind."
  }
  assert {
    condition     = output.domain == "" && output.fqdn == ""
    error_message = "Without a base domain there is no domain."
  }
  assert {
    condition     = output.tags == { name = "gc0-ops", environment = "ops" }
    error_message = "Empty parts must not become tags."
  }
}

run "whole" {
  command = plan

  variables {
    region        = "eu-west-1"
    base_domain   = "infra.acme.example"
    provider_name = "aws"
    extra_tags    = { team = "platform", environment = "ops-2" }
  }

  assert {
    condition     = output.name == "gc0-ops-eu-west-1"
    error_message = "Wrong name."
  }
  assert {
    condition     = output.domain == "ops.infra.acme.example"
    error_message = "Wrong domain."
  }
  assert {
    condition     = output.fqdn == "gc0-eu-west-1.ops.infra.acme.example"
    error_message = "Wrong fully qualified name."
  }
  assert {
    condition     = output.labels["infra.acme.example/provider"] == "aws"
    error_message = "Labels carry the base domain as their prefix."
  }
  assert {
    condition     = output.tags.team == "platform" && output.tags.environment == "ops-2"
    error_message = "Extra tags are added and win."
  }
}

run "label_prefix" {
  command = plan

  variables {
    base_domain  = "infra.acme.example"
    label_prefix = ""
  }

  assert {
    condition     = output.labels.environment == "ops"
    error_message = "An empty prefix leaves the bare key."
  }
}

run "name_too_long" {
  command = plan

  variables {
    region     = "northamerica-northeast1"
    max_length = 24
  }

  expect_failures = [output.name]
}

run "refuses_bad_parts" {
  command = plan

  variables {
    name_prefix   = "My_Prefix"
    environment   = "feature/x"
    region        = "West Europe"
    base_domain   = "acme."
    provider_name = "A W S"
    max_length    = 7
    label_prefix  = "acme/"
    extra_tags    = { "Cost Center" = "1" }
  }

  expect_failures = [
    var.name_prefix,
    var.environment,
    var.region,
    var.base_domain,
    var.provider_name,
    var.max_length,
    var.label_prefix,
    var.extra_tags,
  ]
}
