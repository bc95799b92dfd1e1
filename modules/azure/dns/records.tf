resource "azurerm_dns_a_record" "this" {
  for_each = local.records.public.A

  name                = each.key
  zone_name           = local.zone_name
  resource_group_name = var.resource_group_name
  ttl                 = each.value.ttl
  records             = each.value.values

  depends_on = [azurerm_dns_zone.this]
}

resource "azurerm_dns_aaaa_record" "this" {
  for_each = local.records.public.AAAA

  name                = each.key
  zone_name           = local.zone_name
  resource_group_name = var.resource_group_name
  ttl                 = each.value.ttl
  records             = each.value.values

  depends_on = [azurerm_dns_zone.this]
}

resource "azurerm_dns_cname_record" "this" {
  for_each = local.records.public.CNAME

  name                = each.key
  zone_name           = local.zone_name
  resource_group_name = var.resource_group_name
  ttl                 = each.value.ttl
  record              = each.value.values[0]

  depends_on = [azurerm_dns_zone.this]
}

resource "azurerm_dns_txt_record" "this" {
  for_each = local.records.public.TXT

  name                = each.key
  zone_name           = local.zone_name
  resource_group_name = var.resource_group_name
  ttl                 = each.value.ttl

  dynamic "record" {
    for_each = each.value.values

    content {
      value = record.value
    }
  }

  depends_on = [azurerm_dns_zone.this]
}

resource "azurerm_dns_caa_record" "this" {
  for_each = local.records.public.CAA

  name                = each.key
  zone_name           = local.zone_name
  resource_group_name = var.resource_group_name
  ttl                 = each.value.ttl

  dynamic "record" {
    for_each = [for value in each.value.values : regex("^(?P<flags>[0-9]+) (?P<tag>[a-z]+) \"(?P<value>.*)\"$", value)]

    content {
      flags = tonumber(record.value.flags)
      tag   = record.value.tag
      value = record.value.value
    }
  }

  depends_on = [azurerm_dns_zone.this]
}

resource "azurerm_private_dns_a_record" "this" {
  for_each = local.records.private.A

  name                = each.key
  private_dns_zone_id = local.zone_id
  ttl                 = each.value.ttl
  records             = each.value.values
}

resource "azurerm_private_dns_cname_record" "this" {
  for_each = local.records.private.CNAME

  name                = each.key
  private_dns_zone_id = local.zone_id
  ttl                 = each.value.ttl
  record              = each.value.values[0]
}

resource "azurerm_private_dns_txt_record" "this" {
  for_each = local.records.private.TXT

  name                = each.key
  private_dns_zone_id = local.zone_id
  ttl                 = each.value.ttl

  dynamic "record" {
    for_each = each.value.values

    content {
      value = record.value
    }
  }
}
