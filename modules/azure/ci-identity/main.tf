locals {
  issuers = {
    github = "https://token.actions.githubusercontent.com"
    gitlab = "https://gitlab.com"
  }
  issuer = var.issuer == null ? local.issuers[var.forge] : var.issuer

  # Azure compares subjects letter by letter, so that on GitLab, where every
  # branch has its own, only the protected branch plans.
  subjects = {
    github = {
      plan = {
        pull-request = "repo:${var.repository}:pull_request"
        branch       = "repo:${var.repository}:ref:refs/heads/${var.branch}"
      }
      apply = { for name in var.environments : "environment-${name}" => "repo:${var.repository}:environment:${name}" }
    }
    gitlab = {
      plan  = { branch = "project_path:${var.repository}:ref_type:branch:ref:${var.branch}" }
      apply = { branch = "project_path:${var.repository}:ref_type:branch:ref:${var.branch}" }
    }
  }[var.forge]

  identities = merge(
    { plan = local.subjects.plan, apply = local.subjects.apply },
    var.store_container == null ? {} : { store = local.subjects.apply },
  )
  credentials = merge([
    for identity, subjects in local.identities : {
      for name, subject in subjects : "${identity}/${name}" => { identity = identity, name = name, subject = subject }
    }
  ]...)

  assignments = merge(
    { for name, assignment in var.plan_roles : "plan/${name}" => merge(assignment, { identity = "plan" }) },
    { for name, assignment in var.apply_roles : "apply/${name}" => merge(assignment, { identity = "apply" }) },
    {
      "plan/:state"  = { identity = "plan", scope = var.state_container_id, role = var.plan_locks_states ? "Storage Blob Data Contributor" : "Storage Blob Data Reader" }
      "apply/:state" = { identity = "apply", scope = var.state_container_id, role = "Storage Blob Data Contributor" }
    },
    var.store_container == null ? {} : {
      "store/:store" = { identity = "store", scope = var.store_container.id, role = "Storage Blob Data Contributor" }
    },
  )
}

resource "azurerm_user_assigned_identity" "this" {
  for_each = local.identities

  name                = "${var.name_prefix}-ci-${each.key}"
  resource_group_name = var.resource_group_name
  location            = var.region
  tags                = var.tags
}

resource "azurerm_federated_identity_credential" "this" {
  for_each = local.credentials

  name                      = each.value.name
  user_assigned_identity_id = azurerm_user_assigned_identity.this[each.value.identity].id
  issuer                    = local.issuer
  subject                   = each.value.subject
  audience                  = ["api://AzureADTokenExchange"]
}

resource "azurerm_role_assignment" "this" {
  for_each = local.assignments

  scope                = each.value.scope
  role_definition_name = each.value.role
  principal_id         = azurerm_user_assigned_identity.this[each.value.identity].principal_id
  principal_type       = "ServicePrincipal"
}
