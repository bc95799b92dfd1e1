locals {
  issuers = {
    github = "https://token.actions.githubusercontent.com"
    gitlab = "https://gitlab.com"
  }
  issuer           = var.issuer == null ? local.issuers[var.forge] : var.issuer
  repository_claim = { github = "repository", gitlab = "project_path" }[var.forge]
  pool             = var.existing_pool == null ? google_iam_workload_identity_pool.this[0].name : var.existing_pool.name

  # Who may act as which account: exact subjects, and for GitLab's plans, which
  # any branch may make, every job of the repository.
  subject    = "principal://iam.googleapis.com/${local.pool}/subject"
  repository = "principalSet://iam.googleapis.com/${local.pool}/attribute.repository/${var.repository}"
  members = {
    github = {
      plan = [
        "${local.subject}/repo:${var.repository}:pull_request",
        "${local.subject}/repo:${var.repository}:ref:refs/heads/${var.branch}",
      ]
      apply = [for name in sort(var.environments) : "${local.subject}/repo:${var.repository}:environment:${name}"]
    }
    gitlab = {
      plan  = [local.repository]
      apply = ["${local.subject}/project_path:${var.repository}:ref_type:branch:ref:${var.branch}"]
    }
  }[var.forge]

  accounts = merge(
    {
      plan  = { members = local.members.plan, about = "plans" }
      apply = { members = local.members.apply, about = "applies" }
    },
    var.store_bucket == null ? {} : {
      store = { members = local.members.apply, about = "keeps plans" }
    },
  )
  trust = merge([
    for account, identity in local.accounts : {
      for index, member in identity.members : "${account}/${index}" => { account = account, member = member }
    }
  ]...)

  # Listing is a right on the bucket, which has no prefix.
  objects   = var.state == null ? [] : [for prefix in sort(var.state.prefixes) : "resource.name.startsWith(\"projects/_/buckets/${var.state.bucket}/objects/${prefix}\")"]
  in_prefix = "(${join(" || ", local.objects)})"
  readable  = "resource.type == \"storage.googleapis.com/Bucket\" || ${local.in_prefix}"
  is_lock   = "${local.in_prefix} && resource.name.endsWith(\".tflock\")"
}

resource "google_iam_workload_identity_pool" "this" {
  count = var.existing_pool == null ? 1 : 0

  project                   = var.project_id
  workload_identity_pool_id = "${var.name_prefix}-ci"
  display_name              = "CI of ${var.name_prefix}"
}

resource "google_iam_workload_identity_pool_provider" "this" {
  count = var.existing_pool == null ? 1 : 0

  project                            = var.project_id
  workload_identity_pool_id          = google_iam_workload_identity_pool.this[0].workload_identity_pool_id
  workload_identity_pool_provider_id = var.forge

  # Nobody else's repository gets in, whatever is bound to the pool later.
  attribute_condition = "assertion.${local.repository_claim} == '${var.repository}'"
  attribute_mapping = {
    "google.subject"       = "assertion.sub"
    "attribute.repository" = "assertion.${local.repository_claim}"
  }

  oidc {
    issuer_uri        = local.issuer
    allowed_audiences = var.audiences
  }
}

resource "google_service_account" "this" {
  for_each = local.accounts

  project      = var.project_id
  account_id   = "${var.name_prefix}-ci-${each.key}"
  display_name = "A job of ${var.repository} that ${each.value.about}"
}

resource "google_service_account_iam_member" "trust" {
  for_each = local.trust

  service_account_id = google_service_account.this[each.value.account].name
  role               = "roles/iam.workloadIdentityUser"
  member             = each.value.member
}

resource "google_project_iam_member" "plan" {
  for_each = var.plan_roles

  project = var.project_id
  role    = each.value
  member  = "serviceAccount:${google_service_account.this["plan"].email}"
}

resource "google_project_iam_member" "apply" {
  for_each = var.apply_roles

  project = var.project_id
  role    = each.value
  member  = "serviceAccount:${google_service_account.this["apply"].email}"
}

# A plan reads states and holds their locks; it never writes a state.
resource "google_storage_bucket_iam_member" "plan_reads" {
  count = var.state == null ? 0 : 1

  bucket = var.state.bucket
  role   = "roles/storage.objectViewer"
  member = "serviceAccount:${google_service_account.this["plan"].email}"

  condition {
    title      = "states"
    expression = local.readable
  }
}

resource "google_storage_bucket_iam_member" "plan_locks" {
  count = var.state == null ? 0 : 1

  bucket = var.state.bucket
  role   = "roles/storage.objectUser"
  member = "serviceAccount:${google_service_account.this["plan"].email}"

  condition {
    title      = "locks"
    expression = local.is_lock
  }
}

resource "google_storage_bucket_iam_member" "apply" {
  count = var.state == null ? 0 : 1

  bucket = var.state.bucket
  role   = "roles/storage.objectUser"
  member = "serviceAccount:${google_service_account.this["apply"].email}"

  condition {
    title      = "states"
    expression = local.readable
  }
}

resource "google_storage_bucket_iam_member" "store" {
  for_each = var.store_bucket == null ? toset([]) : toset(["roles/storage.objectViewer", "roles/storage.objectCreator"])

  bucket = var.store_bucket
  role   = each.value
  member = "serviceAccount:${google_service_account.this["store"].email}"
}
