resource "terraform_data" "zone" {
  input = var.domain
}

resource "terraform_data" "record" {
  for_each = var.records

  input = {
    zone   = terraform_data.zone.id
    fqdn   = each.key == "@" ? var.domain : "${each.key}.${var.domain}"
    type   = each.value.type
    values = each.value.values
    ttl    = var.ttl
  }
}
