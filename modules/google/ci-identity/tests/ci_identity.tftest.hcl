mock_provider "google" {
  mock_resource "google_iam_workload_identity_pool" {
    defaults = { name = "projects/1/locations/global/workloadIdentityPools/made" }
  }
  mock_resource "google_service_account" {
    defaults = {
      name  = "projects/acme-platform/serviceAccounts/made@acme-platform.iam.gserviceaccount.com"
      email = "made@acme-platform.iam.gserviceaccount.com"
    }
  }
}

variables {
  project_id   = "acme-platform"
  name_prefix  = "acme-ops"
  repository   = "acme/platform"
  environments = ["ops"]
  apply_roles  = ["roles/container.admin"]
  state        = { bucket = "acme-tfstate", prefixes = ["ops/"] }
}

run "github" {
  assert {
    condition     = google_iam_workload_identity_pool_provider.this[0].attribute_condition == "assertion.repository == 'acme/platform'" && google_iam_workload_identity_pool_provider.this[0].oidc[0].issuer_uri == "https://token.actions.githubusercontent.com"
    error_message = "Only this repository's jobs are trusted."
  }
  assert {
    condition     = google_service_account_iam_member.trust["apply/0"].member == "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/made/subject/repo:acme/platform:environment:ops" && google_service_account_iam_member.trust["plan/1"].member == "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/made/subject/repo:acme/platform:ref:refs/heads/main"
    error_message = "Environments apply; pull requests and the branch plan."
  }
  assert {
    condition     = google_storage_bucket_iam_member.plan_reads[0].role == "roles/storage.objectViewer" && endswith(google_storage_bucket_iam_member.plan_locks[0].condition[0].expression, "resource.name.endsWith(\".tflock\")") && strcontains(google_storage_bucket_iam_member.apply[0].condition[0].expression, "objects/ops/")
    error_message = "A plan writes locks, and no state; an apply writes the environment's."
  }
  assert {
    condition     = length(google_service_account.this) == 2 && output.store_service_account == null && length(google_storage_bucket_iam_member.store) == 0 && google_service_account.this["apply"].account_id == "acme-ops-ci-apply"
    error_message = "No store account that was not asked for."
  }
  assert {
    condition     = keys(google_project_iam_member.plan) == ["roles/iam.securityReviewer", "roles/viewer"] && keys(google_project_iam_member.apply) == ["roles/container.admin"]
    error_message = "Reading for plans, what was said for applies."
  }
}

run "everything_set" {
  variables {
    existing_pool = { name = "projects/2/locations/global/workloadIdentityPools/given" }
    branch        = "release"
    plan_roles    = ["roles/browser"]
    store_bucket  = "acme-plans"
  }
  assert {
    condition     = length(google_iam_workload_identity_pool.this) == 0 && length(google_iam_workload_identity_pool_provider.this) == 0 && output.pool_name == "projects/2/locations/global/workloadIdentityPools/given" && output.provider_name == null
    error_message = "A given pool is used, not made."
  }
  assert {
    condition     = endswith(google_service_account_iam_member.trust["plan/1"].member, "refs/heads/release") && keys(google_project_iam_member.plan) == ["roles/browser"]
    error_message = "Branch and roles."
  }
  assert {
    condition     = keys(google_storage_bucket_iam_member.store) == ["roles/storage.objectCreator", "roles/storage.objectViewer"] && output.store_service_account != null
    error_message = "The store's account never deletes."
  }
}

run "gitlab" {
  variables {
    forge     = "gitlab"
    issuer    = "https://gitlab.acme.example"
    audiences = ["acme"]
  }
  assert {
    condition     = google_iam_workload_identity_pool_provider.this[0].attribute_condition == "assertion.project_path == 'acme/platform'" && google_iam_workload_identity_pool_provider.this[0].oidc[0].allowed_audiences == tolist(["acme"]) && google_iam_workload_identity_pool_provider.this[0].oidc[0].issuer_uri == "https://gitlab.acme.example"
    error_message = "GitLab's claims, an issuer and an audience of one's own."
  }
  assert {
    condition     = endswith(google_service_account_iam_member.trust["plan/0"].member, "attribute.repository/acme/platform") && endswith(google_service_account_iam_member.trust["apply/0"].member, "subject/project_path:acme/platform:ref_type:branch:ref:main")
    error_message = "The branch applies, every job of the repository plans."
  }
}

run "states_elsewhere" {
  variables {
    state = null
  }
  assert {
    condition     = length(google_storage_bucket_iam_member.plan_reads) == 0 && length(google_storage_bucket_iam_member.plan_locks) == 0 && length(google_storage_bucket_iam_member.apply) == 0
    error_message = "No rights on a bucket that was not named."
  }
}

run "refuses" {
  command = plan
  variables {
    project_id    = "acme"
    name_prefix   = "Acme"
    forge         = "svn"
    issuer        = "http://example.com/"
    audiences     = [""]
    existing_pool = { name = "pool" }
    repository    = "acme/*"
    branch        = "*"
    environments  = []
    plan_roles    = ["roles/editor"]
    apply_roles   = []
    state         = { bucket = "A" }
  }
  expect_failures = [
    var.project_id,
    var.name_prefix,
    var.forge,
    var.issuer,
    var.audiences,
    var.existing_pool,
    var.repository,
    var.branch,
    var.environments,
    var.plan_roles,
    var.apply_roles,
    var.state,
  ]
}
