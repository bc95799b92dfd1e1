locals {
  name   = join("-", compact([var.name_prefix, var.environment, var.region]))
  domain = var.base_domain == "" ? "" : "${var.environment}.${var.base_domain}"
  fqdn   = local.domain == "" ? "" : "${join("-", compact([var.name_prefix, var.region]))}.${local.domain}"

  parts = {
    for key, value in {
      name        = local.name
      environment = var.environment
      region      = var.region
      provider    = var.provider_name
    } : key => value if value != ""
  }

  label_prefix = var.label_prefix == null ? var.base_domain : var.label_prefix
}
