mock_provider "azurerm" {
  mock_resource "azurerm_subnet" {
    defaults = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/v/subnets/s" }
  }
}

variables {
  name_prefix         = "net"
  environment         = "ops"
  region              = "westeurope"
  resource_group_name = "acme-ops"
}

run "defaults" {
  assert {
    condition     = azurerm_subnet.nodes.address_prefixes == tolist(["10.0.0.0/18"]) && azurerm_subnet.endpoints.address_prefixes == tolist(["10.0.255.0/24"]) && azurerm_subnet.api_server.address_prefixes == tolist(["10.0.254.0/28"])
    error_message = "Wrong arithmetic."
  }
  assert {
    condition     = azurerm_virtual_network.this[0].name == "net-ops-westeurope" && !azurerm_subnet.nodes.default_outbound_access_enabled && azurerm_subnet.api_server.delegation[0].service_delegation[0].name == "Microsoft.ContainerService/managedClusters"
    error_message = "No way out by default, and a subnet that AKS may use."
  }
  assert {
    condition     = azurerm_nat_gateway.this[0].sku_name == "StandardV2" && length(azurerm_public_ip.nat) == 1 && length(azurerm_subnet_nat_gateway_association.nodes) == 1 && length(output.nat_public_ips) == 1
    error_message = "A NAT gateway with one address."
  }
  assert {
    condition     = length(azurerm_subnet.nodes.service_endpoint) == 0 && azurerm_virtual_network.this[0].tags.environment == "ops"
    error_message = "Tags, and no service endpoints that were not asked for."
  }
}

run "everything_set" {
  variables {
    cidr              = "172.16.0.0/18"
    subnet_bits       = { nodes = 1, endpoints = 7, api_server = 10 }
    service_endpoints = ["Microsoft.Storage"]
    nat               = { sku = "Standard", address_count = 2, idle_timeout_minutes = 10 }
    extra_tags        = { team = "platform" }
  }
  assert {
    condition     = azurerm_subnet.nodes.address_prefixes == tolist(["172.16.0.0/19"]) && azurerm_subnet.endpoints.address_prefixes == tolist(["172.16.63.128/25"]) && azurerm_subnet.api_server.address_prefixes == tolist(["172.16.63.0/28"])
    error_message = "Wrong arithmetic."
  }
  assert {
    condition     = azurerm_subnet.nodes.service_endpoint[0].service == "Microsoft.Storage" && length(azurerm_public_ip.nat) == 2 && azurerm_nat_gateway.this[0].idle_timeout_in_minutes == 10 && azurerm_public_ip.nat["net-ops-westeurope-nat-01"].sku == "Standard" && azurerm_nat_gateway.this[0].tags.team == "platform"
    error_message = "Service endpoints, NAT and tags."
  }
}

run "existing" {
  variables {
    existing_network = { name = "hub", resource_group_name = "network", id = "/net" }
    nat              = { address_ids = ["/ip"] }
  }
  assert {
    condition     = length(azurerm_virtual_network.this) == 0 && azurerm_subnet.nodes.resource_group_name == "network" && azurerm_subnet.nodes.virtual_network_name == "hub" && output.network_id == "/net"
    error_message = "A given network is used, not made."
  }
  assert {
    condition     = length(azurerm_public_ip.nat) == 0 && azurerm_nat_gateway_public_ip_association.given[0].public_ip_address_id == "/ip"
    error_message = "Given addresses are used, not made."
  }
}

run "no_nat" {
  variables {
    nat = { enabled = false }
  }
  assert {
    condition     = length(azurerm_nat_gateway.this) == 0 && length(azurerm_public_ip.nat) == 0 && length(azurerm_subnet_nat_gateway_association.nodes) == 0
    error_message = "No gateway, no addresses."
  }
}

run "refuses" {
  command = plan
  variables {
    extra_tags          = { CostCenter = "Platform" }
    region              = "West Europe"
    resource_group_name = "a/b"
    subnet_bits         = { nodes = 9 }
    service_endpoints   = ["Storage"]
    nat                 = { sku = "Basic" }
  }
  expect_failures = [var.extra_tags, var.region, var.resource_group_name, var.subnet_bits, var.service_endpoints, var.nat]
}

run "refuses_range" {
  command = plan
  variables {
    cidr = "10.0.0.0/24"
  }
  expect_failures = [var.cidr]
}

run "refuses_too_small_subnets" {
  command = plan
  variables {
    cidr = "10.0.0.0/18"
  }
  expect_failures = [var.subnet_bits]
}

run "refuses_idle_timeout" {
  command = plan
  variables {
    nat = { idle_timeout_minutes = 1 }
  }
  expect_failures = [var.nat]
}
