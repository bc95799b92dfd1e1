mock_provider "google" {
  mock_resource "google_dns_managed_zone" {
    defaults = { name_servers = ["ns-1.example.", "ns-2.example."] }
  }
  mock_data "google_dns_keys" {
    defaults = {
      key_signing_keys = [{ ds_record = "1 8 2 AB", algorithm = "a", creation_time = "", description = "", digests = [], id = "k", is_active = true, key_length = 1, key_tag = 1, public_key = "" }]
    }
  }
}

variables {
  project_id = "acme-platform"
  domain     = "ops.infra.acme.example"
}

run "public_zone" {
  assert {
    condition     = google_dns_managed_zone.this[0].name == "ops-infra-acme-example" && google_dns_managed_zone.this[0].dns_name == "ops.infra.acme.example." && google_dns_managed_zone.this[0].dnssec_config[0].state == "on" && !google_dns_managed_zone.this[0].force_destroy && !google_dns_managed_zone.this[0].cloud_logging_config[0].enable_logging
    error_message = "A signed public zone."
  }
  assert {
    condition     = output.delegation.values == tolist(["ns-1.example.", "ns-2.example."]) && output.ds_record == "1 8 2 AB" && length(google_dns_record_set.delegation) == 0
    error_message = "Delegation and DS record are put out for the parent."
  }
}

run "everything_set" {
  variables {
    parent_zone    = { project_id = "acme-dns", name = "infra" }
    delegation_ttl = 900
    dnssec         = false
    query_logs     = true
    force_destroy  = true
    labels         = { team = "platform" }
    records        = { "@/CAA" = { ttl = 3600, values = ["0 issue \"letsencrypt.org\""] }, "www/A" = { values = ["192.0.2.10"] } }
    external_dns   = { gc0 = { project_number = "123", project_id = "acme-platform" } }
  }
  assert {
    condition     = google_dns_record_set.delegation[0].project == "acme-dns" && google_dns_record_set.delegation[0].ttl == 900 && google_dns_managed_zone.this[0].dnssec_config[0].state == "off" && output.ds_record == null && length(google_dns_record_set.delegation_signer) == 0 && google_dns_managed_zone.this[0].cloud_logging_config[0].enable_logging
    error_message = "Delegated, unsigned, logged."
  }
  assert {
    condition     = google_dns_record_set.this["@/CAA"].name == "ops.infra.acme.example." && google_dns_record_set.this["www/A"].name == "www.ops.infra.acme.example."
    error_message = "Names are relative to the zone."
  }
  assert {
    condition     = google_dns_managed_zone_iam_member.external_dns["gc0"].member == "principal://iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/acme-platform.svc.id.goog/subject/ns/platform-dns/sa/external-dns" && google_project_iam_member.external_dns["gc0"].role == "roles/dns.reader"
    error_message = "external-dns writes to this zone only."
  }
  assert {
    condition     = google_dns_managed_zone.this[0].force_destroy && google_dns_managed_zone.this[0].labels.team == "platform"
    error_message = "Labels and force_destroy."
  }
}

run "signed_delegation" {
  variables {
    parent_zone = { project_id = "acme-dns", name = "infra" }
  }
  assert {
    condition     = google_dns_record_set.delegation_signer[0].type == "DS" && google_dns_record_set.delegation_signer[0].project == "acme-dns" && google_dns_record_set.delegation_signer[0].rrdatas == tolist(["1 8 2 AB"])
    error_message = "The parent vouches for the zone's key."
  }
}

run "long_name" {
  variables {
    domain = "apps.a-rather-long-name-of-a-department.another-rather-long-name.acme.example"
  }
  assert {
    condition     = length(google_dns_managed_zone.this[0].name) <= 63 && can(regex("^apps-a-rather-long-name-of-a-department-another-rather.*-[0-9a-f]{8}$", google_dns_managed_zone.this[0].name))
    error_message = "A resource name of at most 63 characters."
  }
}

run "digit_first" {
  variables {
    domain = "1.acme.example"
  }
  assert {
    condition     = google_dns_managed_zone.this[0].name == "z-1-acme-example"
    error_message = "A resource name starts with a letter."
  }
}

run "private_zone" {
  variables {
    private_network_ids = ["projects/acme/global/networks/net"]
  }
  assert {
    condition     = google_dns_managed_zone.this[0].visibility == "private" && one(google_dns_managed_zone.this[0].private_visibility_config[0].networks).network_url == "projects/acme/global/networks/net" && length(google_dns_managed_zone.this[0].dnssec_config) == 0 && output.delegation == null
    error_message = "A private zone is neither signed nor delegated."
  }
}

run "existing_zone" {
  variables {
    existing_zone = { name = "infra" }
    records       = { "www/A" = { values = ["192.0.2.10"] } }
  }
  assert {
    condition     = length(google_dns_managed_zone.this) == 0 && google_dns_record_set.this["www/A"].managed_zone == "infra" && output.zone_name == "infra"
    error_message = "An existing zone is used, not made."
  }
}

run "refuses" {
  command = plan
  variables {
    project_id     = "acme"
    domain         = "ops."
    delegation_ttl = 1
    records        = { "www" = { values = ["192.0.2.10"] } }
    external_dns   = { gc0 = { project_number = "acme", project_id = "acme" } }
  }
  expect_failures = [var.project_id, var.domain, var.delegation_ttl, var.records, var.external_dns]
}

run "refuses_one_principal_twice" {
  command = plan
  variables {
    external_dns = {
      gc0 = { project_number = "123", project_id = "acme-platform" }
      gc1 = { project_number = "123", project_id = "acme-platform" }
    }
  }
  expect_failures = [var.external_dns]
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
    existing_zone       = { name = "infra" }
    private_network_ids = ["n"]
  }
  expect_failures = [var.private_network_ids]
}

run "refuses_delegation_of_private" {
  command = plan
  variables {
    parent_zone         = { project_id = "acme-dns", name = "infra" }
    private_network_ids = ["n"]
  }
  expect_failures = [var.parent_zone]
}
