mock_provider "azurerm" {
  mock_resource "azurerm_dns_zone" {
    defaults = {
      id           = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/acme/providers/Microsoft.Network/dnsZones/z"
      name_servers = ["ns2.example.", "ns1.example."]
    }
  }
  mock_resource "azurerm_user_assigned_identity" {
    defaults = { id = "/identities/made", client_id = "11111111-1111-1111-1111-111111111111" }
  }
}

variables {
  resource_group_name = "acme-ops"
  domain              = "ops.infra.acme.example"
}

run "public_zone" {
  assert {
    condition     = length(azurerm_dns_zone.this) == 1 && output.delegation.values == tolist(["ns1.example.", "ns2.example."]) && length(azurerm_private_dns_zone.this) == 0 && length(azurerm_dns_ns_record.delegation) == 0
    error_message = "A public zone, with its delegation put out for the parent."
  }
}

run "everything_set" {
  variables {
    parent_zone    = { resource_group_name = "dns", name = "infra.acme.example" }
    delegation_ttl = 900
    region         = "westeurope"
    tags           = { team = "platform" }
    records = {
      "@/CAA"    = { ttl = 3600, values = ["0 issue \"letsencrypt.org\""] }
      "www/A"    = { values = ["192.0.2.10"] }
      "www/AAAA" = { values = ["2001:db8::1"] }
      "x/CNAME"  = { values = ["www.example.com"] }
      "@/TXT"    = { values = ["v=spf1 -all"] }
    }
    external_dns = { gc0 = { issuer_url = "https://issuer.example/" } }
  }
  assert {
    condition     = azurerm_dns_ns_record.delegation[0].name == "ops" && azurerm_dns_ns_record.delegation[0].resource_group_name == "dns" && azurerm_dns_ns_record.delegation[0].ttl == 900
    error_message = "Delegated from the parent."
  }
  assert {
    condition     = one(azurerm_dns_caa_record.this["@"].record).value == "letsencrypt.org" && azurerm_dns_a_record.this["www"].ttl == 300 && azurerm_dns_cname_record.this["x"].record == "www.example.com" && one(azurerm_dns_txt_record.this["@"].record).value == "v=spf1 -all" && length(azurerm_dns_aaaa_record.this) == 1
    error_message = "A record of each type."
  }
  assert {
    condition     = azurerm_federated_identity_credential.external_dns["gc0"].subject == "system:serviceaccount:platform-dns:external-dns" && azurerm_role_assignment.external_dns["gc0"].role_definition_name == "DNS Zone Contributor" && azurerm_user_assigned_identity.external_dns["gc0"].location == "westeurope" && output.external_dns_client_ids.gc0 == "11111111-1111-1111-1111-111111111111"
    error_message = "external-dns writes to this zone only."
  }
  assert {
    condition     = azurerm_dns_zone.this[0].tags.team == "platform"
    error_message = "Tags."
  }
}

run "private_zone" {
  variables {
    private_networks = { hub = "/net" }
    records          = { "www/A" = { values = ["10.0.0.1"] }, "x/CNAME" = { values = ["www"] }, "t/TXT" = { values = ["x"] } }
  }
  assert {
    condition     = length(azurerm_private_dns_zone.this) == 1 && length(azurerm_dns_zone.this) == 0 && length(azurerm_private_dns_zone_virtual_network_link.this) == 1 && length(azurerm_private_dns_a_record.this) == 1 && length(azurerm_private_dns_cname_record.this) == 1 && length(azurerm_private_dns_txt_record.this) == 1 && length(azurerm_dns_a_record.this) == 0 && output.delegation == null
    error_message = "A private zone is linked, not delegated."
  }
}

run "existing_zone" {
  variables {
    existing_zone = { id = "/zones/given" }
    records       = { "www/A" = { values = ["192.0.2.10"] } }
  }
  assert {
    condition     = length(azurerm_dns_zone.this) == 0 && output.zone_id == "/zones/given" && length(azurerm_dns_a_record.this) == 1
    error_message = "An existing zone is used, not made."
  }
}

run "refuses" {
  command = plan
  variables {
    resource_group_name = "a/b"
    domain              = "ops."
    delegation_ttl      = 1
    records             = { "www" = { values = ["192.0.2.10"] } }
    external_dns        = { "A B" = { issuer_url = "x" } }
  }
  expect_failures = [var.resource_group_name, var.domain, var.delegation_ttl, var.records, var.external_dns]
}

run "refuses_region" {
  command = plan
  variables {
    region = "West Europe"
  }
  expect_failures = [var.region]
}

run "refuses_identities_nowhere" {
  command = plan
  variables {
    external_dns = { gc0 = { issuer_url = "https://issuer.example/" } }
  }
  expect_failures = [var.region]
}

run "refuses_two_cnames" {
  command = plan
  variables {
    records = { "x/CNAME" = { values = ["a", "b"] } }
  }
  expect_failures = [var.records]
}

run "refuses_odd_caa" {
  command = plan
  variables {
    records = { "@/CAA" = { values = ["letsencrypt.org"] } }
  }
  expect_failures = [var.records]
}

run "refuses_private_and_existing" {
  command = plan
  variables {
    existing_zone    = { id = "/zones/given" }
    private_networks = { hub = "/net" }
  }
  expect_failures = [var.existing_zone]
}

run "refuses_foreign_parent" {
  command = plan
  variables {
    parent_zone = { resource_group_name = "dns", name = "other.example" }
  }
  expect_failures = [var.parent_zone]
}

run "refuses_external_dns_in_private" {
  command = plan
  variables {
    region           = "westeurope"
    private_networks = { hub = "/net" }
    external_dns     = { gc0 = { issuer_url = "https://issuer.example/" } }
  }
  expect_failures = [var.external_dns]
}
