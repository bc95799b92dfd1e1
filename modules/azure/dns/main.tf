locals {
  public    = length(var.private_networks) == 0
  made      = local.public && var.existing_zone == null
  zone_id   = var.existing_zone != null ? var.existing_zone.id : local.public ? azurerm_dns_zone.this[0].id : azurerm_private_dns_zone.this[0].id
  zone_name = var.domain

  # By visibility and type: each is a resource of its own.
  records = {
    for visibility in ["public", "private"] : visibility => {
      for type in ["A", "AAAA", "CAA", "CNAME", "TXT"] : type => {
        for key, record in var.records : split("/", key)[0] => record
        if endswith(key, "/${type}") && (visibility == "public") == local.public
      }
    }
  }
}

resource "azurerm_dns_zone" "this" {
  count = local.made ? 1 : 0

  name                = var.domain
  resource_group_name = var.resource_group_name
  tags                = var.tags
}

resource "azurerm_private_dns_zone" "this" {
  count = local.public ? 0 : 1

  name                = var.domain
  resource_group_name = var.resource_group_name
  tags                = var.tags
}

resource "azurerm_private_dns_zone_virtual_network_link" "this" {
  for_each = var.private_networks

  name                 = each.key
  private_dns_zone_id  = azurerm_private_dns_zone.this[0].id
  virtual_network_id   = each.value
  registration_enabled = false
  tags                 = var.tags
}

resource "azurerm_dns_ns_record" "delegation" {
  count = var.parent_zone == null ? 0 : 1

  name                = trimsuffix(var.domain, ".${var.parent_zone.name}")
  zone_name           = var.parent_zone.name
  resource_group_name = var.parent_zone.resource_group_name
  ttl                 = var.delegation_ttl
  records             = sort(azurerm_dns_zone.this[0].name_servers)
  tags                = var.tags
}
