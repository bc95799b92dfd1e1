mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_route53_zone" {
    defaults = { zone_id = "Z1", name_servers = ["ns-1.example.", "ns-2.example."] }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111111111111:role/made" }
  }
}

variables {
  domain = "ops.infra.acme.example"
}

run "public_zone" {
  assert {
    condition     = output.zone_id == "Z1" && output.delegation.values == tolist(["ns-1.example.", "ns-2.example."]) && output.delegation.ttl == 3600
    error_message = "The delegation is put out for the parent."
  }
  assert {
    condition     = !aws_route53_zone.this[0].force_destroy && length(aws_route53_record.delegation) == 0 && length(aws_route53_key_signing_key.this) == 0
    error_message = "Nothing that was not asked for."
  }
}

run "delegated_and_signed" {
  variables {
    parent_zone    = { id = "Z0" }
    delegation_ttl = 900
    dnssec_key     = { arn = "arn:aws:kms:us-east-1:111111111111:key/1" }
    force_destroy  = true
    name_prefix    = "gc0-ops"
    tags           = { team = "platform" }
    records = {
      "@/CAA" = { ttl = 3600, values = ["0 issue \"letsencrypt.org\""] }
      "www/A" = { values = ["192.0.2.10"] }
    }
    external_dns = { gc0 = { cluster_name = "gc0-ops-eu-west-1" } }
  }

  assert {
    condition     = aws_route53_record.delegation[0].zone_id == "Z0" && aws_route53_record.delegation[0].ttl == 900 && length(aws_route53_hosted_zone_dnssec.this) == 1
    error_message = "Delegated from the parent and signed."
  }
  assert {
    condition     = aws_route53_record.this["@/CAA"].name == "ops.infra.acme.example" && aws_route53_record.this["www/A"].name == "www.ops.infra.acme.example" && aws_route53_record.this["www/A"].type == "A"
    error_message = "Names are relative to the zone."
  }
  assert {
    condition     = aws_eks_pod_identity_association.external_dns["gc0"].namespace == "platform-dns" && jsondecode(aws_iam_role_policy.external_dns["gc0"].policy).Statement[0].Resource == ["arn:aws:route53:::hostedzone/Z1"]
    error_message = "external-dns writes to this zone only."
  }
  assert {
    condition     = aws_iam_role.external_dns["gc0"].name == "gc0-ops-gc0-dns" && aws_route53_zone.this[0].tags.team == "platform" && aws_route53_zone.this[0].force_destroy
    error_message = "Names, tags and force_destroy."
  }
}

run "private_zone" {
  variables {
    private_vpc_ids = ["vpc-1"]
  }
  assert {
    condition     = one(aws_route53_zone.this[0].vpc).vpc_id == "vpc-1" && output.delegation == null
    error_message = "A private zone is not delegated."
  }
}

run "existing_zone" {
  variables {
    existing_zone = { id = "Z9" }
    records       = { "www/A" = { values = ["192.0.2.10"] } }
  }
  assert {
    condition     = length(aws_route53_zone.this) == 0 && output.zone_id == "Z9" && aws_route53_record.this["www/A"].zone_id == "Z9"
    error_message = "An existing zone is used, not made."
  }
}

run "refuses" {
  command = plan
  variables {
    domain         = "ops."
    delegation_ttl = 1
    dnssec_key     = { arn = "arn:aws:kms:eu-west-1:111111111111:key/1" }
    records        = { "www" = { values = ["192.0.2.10"] } }
    external_dns   = { "A B" = { cluster_name = "x" } }
    name_prefix    = "Ops"
  }
  expect_failures = [
    var.domain,
    var.delegation_ttl,
    var.dnssec_key,
    var.records,
    var.external_dns,
    var.name_prefix,
  ]
}

run "refuses_empty_record" {
  command = plan
  variables {
    records = { "www/A" = { values = [] } }
  }
  expect_failures = [var.records]
}

run "refuses_private_and_existing" {
  command = plan
  variables {
    existing_zone   = { id = "Z9" }
    private_vpc_ids = ["vpc-1"]
  }
  expect_failures = [var.private_vpc_ids]
}

run "refuses_delegation_of_private" {
  command = plan
  variables {
    parent_zone     = { id = "Z0" }
    private_vpc_ids = ["vpc-1"]
  }
  expect_failures = [var.parent_zone]
}
