mock_provider "azurerm" {
  mock_resource "azurerm_user_assigned_identity" {
    defaults = {
      id           = "/identities/made"
      client_id    = "11111111-1111-1111-1111-111111111111"
      principal_id = "22222222-2222-2222-2222-222222222222"
    }
  }
}

variables {
  resource_group_name = "acme-ops"
  region              = "westeurope"
  name_prefix         = "acme-ops"
  repository          = "acme/platform"
  environments        = ["ops"]
  plan_roles          = { group = { scope = "/subscriptions/1", role = "Reader" } }
  apply_roles         = { group = { scope = "/subscriptions/1", role = "Contributor" } }
  state_container_id  = "/subscriptions/1/containers/tfstate"
}

run "github" {
  assert {
    condition     = azurerm_federated_identity_credential.this["apply/environment-ops"].subject == "repo:acme/platform:environment:ops" && azurerm_federated_identity_credential.this["plan/pull-request"].subject == "repo:acme/platform:pull_request" && azurerm_federated_identity_credential.this["plan/branch"].subject == "repo:acme/platform:ref:refs/heads/main" && azurerm_federated_identity_credential.this["plan/branch"].issuer == "https://token.actions.githubusercontent.com"
    error_message = "Environments apply; pull requests and the branch plan."
  }
  assert {
    condition     = azurerm_role_assignment.this["plan/:state"].role_definition_name == "Storage Blob Data Reader" && azurerm_role_assignment.this["apply/:state"].role_definition_name == "Storage Blob Data Contributor" && azurerm_role_assignment.this["plan/group"].role_definition_name == "Reader"
    error_message = "A plan reads states, an apply writes them."
  }
  assert {
    condition     = length(azurerm_user_assigned_identity.this) == 2 && output.store_client_id == null && output.plan_client_id == "11111111-1111-1111-1111-111111111111"
    error_message = "No store identity that was not asked for."
  }
}

run "everything_set" {
  variables {
    forge             = "gitlab"
    issuer            = "https://gitlab.acme.example"
    branch            = "release"
    plan_locks_states = true
    store_container   = { id = "/subscriptions/1/containers/plans" }
    tags              = { team = "platform" }
  }
  assert {
    condition     = azurerm_federated_identity_credential.this["apply/branch"].subject == "project_path:acme/platform:ref_type:branch:ref:release" && azurerm_federated_identity_credential.this["store/branch"].issuer == "https://gitlab.acme.example"
    error_message = "GitLab's subjects and an issuer of one's own."
  }
  assert {
    condition     = azurerm_role_assignment.this["plan/:state"].role_definition_name == "Storage Blob Data Contributor" && azurerm_role_assignment.this["store/:store"].scope == "/subscriptions/1/containers/plans" && output.store_client_id != null && azurerm_user_assigned_identity.this["store"].tags.team == "platform"
    error_message = "Locks, store and tags."
  }
}

run "refuses" {
  command = plan
  variables {
    resource_group_name = "a/b"
    region              = "West Europe"
    name_prefix         = "Acme"
    forge               = "svn"
    issuer              = "http://example.com/"
    repository          = "acme/*"
    branch              = "*"
    environments        = []
    plan_roles          = { group = { scope = "/subscriptions/1", role = "Owner" } }
    apply_roles         = {}
    state_container_id  = "tfstate"
    store_container     = { id = "plans" }
  }
  expect_failures = [
    var.resource_group_name,
    var.region,
    var.name_prefix,
    var.forge,
    var.issuer,
    var.repository,
    var.branch,
    var.environments,
    var.plan_roles,
    var.apply_roles,
    var.state_container_id,
    var.store_container,
  ]
}
