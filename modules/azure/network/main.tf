module "metadata" {
  source = "../../metadata"

  name_prefix   = var.name_prefix
  environment   = var.environment
  region        = var.region
  provider_name = "azure"
  max_length    = 60
  extra_tags    = var.extra_tags
}

locals {
  name = module.metadata.name
  tags = module.metadata.tags

  network = var.existing_network == null ? {
    name                = azurerm_virtual_network.this[0].name
    resource_group_name = var.resource_group_name
    id                  = azurerm_virtual_network.this[0].id
  } : var.existing_network

  # The last block of an endpoint subnet's size is that subnet; the one before
  # it is cut for the control plane.
  endpoint_blocks  = pow(2, var.subnet_bits.endpoints)
  node_cidr        = cidrsubnet(var.cidr, var.subnet_bits.nodes, 0)
  endpoint_cidr    = cidrsubnet(var.cidr, var.subnet_bits.endpoints, local.endpoint_blocks - 1)
  before_endpoints = cidrsubnet(var.cidr, var.subnet_bits.endpoints, local.endpoint_blocks - 2)
  api_server_cidr  = cidrsubnet(local.before_endpoints, var.subnet_bits.api_server - var.subnet_bits.endpoints, 0)

  addresses = var.nat.enabled && length(var.nat.address_ids) == 0 ? [for index in range(var.nat.address_count) : format("%s-nat-%02d", local.name, index)] : []
}

resource "azurerm_virtual_network" "this" {
  count = var.existing_network == null ? 1 : 0

  name                = local.name
  resource_group_name = var.resource_group_name
  location            = var.region
  address_space       = [var.cidr]
  tags                = local.tags
}

resource "azurerm_subnet" "nodes" {
  name                            = "${local.name}-nodes"
  resource_group_name             = local.network.resource_group_name
  virtual_network_name            = local.network.name
  address_prefixes                = [local.node_cidr]
  default_outbound_access_enabled = false

  dynamic "service_endpoint" {
    for_each = var.service_endpoints

    content {
      service = service_endpoint.value
    }
  }
}

resource "azurerm_subnet" "endpoints" {
  name                              = "${local.name}-endpoints"
  resource_group_name               = local.network.resource_group_name
  virtual_network_name              = local.network.name
  address_prefixes                  = [local.endpoint_cidr]
  default_outbound_access_enabled   = false
  private_endpoint_network_policies = "Enabled"
}

resource "azurerm_subnet" "api_server" {
  name                            = "${local.name}-api-server"
  resource_group_name             = local.network.resource_group_name
  virtual_network_name            = local.network.name
  address_prefixes                = [local.api_server_cidr]
  default_outbound_access_enabled = false

  delegation {
    name = "aks"

    service_delegation {
      name    = "Microsoft.ContainerService/managedClusters"
      actions = ["Microsoft.Network/virtualNetworks/subnets/join/action"]
    }
  }
}

# Azure's own rules: within the network and from load balancers, nothing else
# from outside. AKS adds what its load balancers need to a group of its own.
resource "azurerm_network_security_group" "this" {
  name                = local.name
  resource_group_name = var.resource_group_name
  location            = var.region
  tags                = local.tags
}

resource "azurerm_subnet_network_security_group_association" "endpoints" {
  subnet_id                 = azurerm_subnet.endpoints.id
  network_security_group_id = azurerm_network_security_group.this.id
}

resource "azurerm_public_ip" "nat" {
  for_each = toset(local.addresses)

  name                = each.key
  resource_group_name = var.resource_group_name
  location            = var.region
  allocation_method   = "Static"
  sku                 = var.nat.sku
  tags                = local.tags
}

resource "azurerm_nat_gateway" "this" {
  count = var.nat.enabled ? 1 : 0

  name                    = local.name
  resource_group_name     = var.resource_group_name
  location                = var.region
  sku_name                = var.nat.sku
  idle_timeout_in_minutes = var.nat.idle_timeout_minutes
  tags                    = local.tags
}

resource "azurerm_nat_gateway_public_ip_association" "made" {
  for_each = azurerm_public_ip.nat

  nat_gateway_id       = azurerm_nat_gateway.this[0].id
  public_ip_address_id = each.value.id
}

resource "azurerm_nat_gateway_public_ip_association" "given" {
  count = var.nat.enabled ? length(var.nat.address_ids) : 0

  nat_gateway_id       = azurerm_nat_gateway.this[0].id
  public_ip_address_id = var.nat.address_ids[count.index]
}

resource "azurerm_subnet_nat_gateway_association" "nodes" {
  count = var.nat.enabled ? 1 : 0

  subnet_id      = azurerm_subnet.nodes.id
  nat_gateway_id = azurerm_nat_gateway.this[0].id
}
