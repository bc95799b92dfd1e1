locals {
  public    = length(var.private_network_ids) == 0
  zone_name = var.existing_zone == null ? google_dns_managed_zone.this[0].name : var.existing_zone.name
  # A zone's resource name has 63 characters at most, a letter first.
  plain_name = replace(can(regex("^[a-z]", var.domain)) ? var.domain : "z-${var.domain}", ".", "-")
  new_name   = length(local.plain_name) <= 63 ? local.plain_name : "${trimsuffix(substr(local.plain_name, 0, 54), "-")}-${substr(sha1(var.domain), 0, 8)}"
  signed     = var.existing_zone == null && local.public && var.dnssec
}

resource "google_dns_managed_zone" "this" {
  count = var.existing_zone == null ? 1 : 0

  project       = var.project_id
  name          = local.new_name
  dns_name      = "${var.domain}."
  description   = "Written by Terraform"
  visibility    = local.public ? "public" : "private"
  force_destroy = var.force_destroy
  labels        = var.labels

  dynamic "dnssec_config" {
    for_each = local.public ? [var.dnssec ? "on" : "off"] : []

    content {
      state         = dnssec_config.value
      non_existence = "nsec3"
    }
  }

  dynamic "cloud_logging_config" {
    for_each = local.public ? [var.query_logs] : []

    content {
      enable_logging = cloud_logging_config.value
    }
  }

  dynamic "private_visibility_config" {
    for_each = local.public ? [] : [var.private_network_ids]

    content {
      dynamic "networks" {
        for_each = private_visibility_config.value

        content {
          network_url = networks.value
        }
      }
    }
  }
}

data "google_dns_keys" "this" {
  count = local.signed ? 1 : 0

  project      = var.project_id
  managed_zone = google_dns_managed_zone.this[0].id
}

resource "google_dns_record_set" "delegation" {
  count = var.parent_zone == null ? 0 : 1

  project      = var.parent_zone.project_id
  managed_zone = var.parent_zone.name
  name         = "${var.domain}."
  type         = "NS"
  ttl          = var.delegation_ttl
  rrdatas      = google_dns_managed_zone.this[0].name_servers
}

resource "google_dns_record_set" "delegation_signer" {
  count = var.parent_zone != null && local.signed ? 1 : 0

  project      = var.parent_zone.project_id
  managed_zone = var.parent_zone.name
  name         = "${var.domain}."
  type         = "DS"
  ttl          = var.delegation_ttl
  rrdatas      = [data.google_dns_keys.this[0].key_signing_keys[0].ds_record]
}

resource "google_dns_record_set" "this" {
  for_each = var.records

  project      = var.project_id
  managed_zone = local.zone_name
  name         = startswith(each.key, "@/") ? "${var.domain}." : "${split("/", each.key)[0]}.${var.domain}."
  type         = split("/", each.key)[1]
  ttl          = each.value.ttl
  rrdatas      = each.value.values
}

locals {
  external_dns = {
    for name, account in var.external_dns : name => join("/", [
      "principal://iam.googleapis.com/projects/${account.project_number}/locations/global/workloadIdentityPools/${account.project_id}.svc.id.goog/subject/ns",
      account.namespace, "sa", account.service_account,
    ])
  }
}

resource "google_dns_managed_zone_iam_member" "external_dns" {
  for_each = local.external_dns

  project      = var.project_id
  managed_zone = local.zone_name
  role         = "roles/dns.admin"
  member       = each.value
}

# Finding the zone means listing all of the project's; reading only.
resource "google_project_iam_member" "external_dns" {
  for_each = local.external_dns

  project = var.project_id
  role    = "roles/dns.reader"
  member  = each.value
}
