mock_provider "aws" {
  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::111111111111:oidc-provider/made" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111111111111:role/made" }
  }
}

variables {
  name_prefix       = "acme-ops"
  repository        = "acme/platform"
  environments      = ["ops"]
  apply_policy_arns = ["arn:aws:iam::111111111111:policy/platform"]
  state             = { bucket_arn = "arn:aws:s3:::acme-tfstate", kms_key_arn = "arn:aws:kms:eu-west-1:111111111111:key/1", prefixes = ["ops/"] }
}

run "github" {
  assert {
    condition     = aws_iam_openid_connect_provider.this[0].url == "https://token.actions.githubusercontent.com" && aws_iam_openid_connect_provider.this[0].client_id_list == toset(["sts.amazonaws.com"])
    error_message = "The forge's issuer is registered."
  }
  assert {
    condition     = jsondecode(aws_iam_role.this["apply"].assume_role_policy).Statement[0].Condition.StringLike["token.actions.githubusercontent.com:sub"] == ["repo:acme/platform:environment:ops"]
    error_message = "Only the environment's jobs apply."
  }
  assert {
    condition     = contains(jsondecode(aws_iam_role.this["plan"].assume_role_policy).Statement[0].Condition.StringLike["token.actions.githubusercontent.com:sub"], "repo:acme/platform:pull_request") && jsondecode(aws_iam_role.this["plan"].assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
    error_message = "Pull requests plan."
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.plan_state.policy).Statement[2].Resource == ["arn:aws:s3:::acme-tfstate/ops/*.tflock"] && jsondecode(aws_iam_role_policy.plan_state.policy).Statement[1].Action == ["s3:GetObject"]
    error_message = "A plan writes locks, and no state."
  }
  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.plan_state.policy).Statement : statement.NotResource if statement.Effect == "Deny"] == [["arn:aws:s3:::acme-tfstate/ops/*"]]
    error_message = "A plan reads no object but the environment's states, whatever its policies allow."
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.apply_state.policy).Statement[1].Resource == ["arn:aws:s3:::acme-tfstate/ops/*"]
    error_message = "An apply writes the environment's states only."
  }
  assert {
    condition     = length(aws_iam_role.this) == 2 && output.store_role_arn == null && length(aws_iam_role_policy.store) == 0 && aws_iam_role.this["apply"].max_session_duration == 3600
    error_message = "No store role that was not asked for."
  }
  assert {
    condition     = keys(aws_iam_role_policy_attachment.plan) == ["arn:aws:iam::aws:policy/ReadOnlyAccess"] && keys(aws_iam_role_policy_attachment.apply) == ["arn:aws:iam::111111111111:policy/platform"]
    error_message = "Reading for plans, what was said for applies."
  }
}

run "everything_set" {
  variables {
    audience                 = "acme"
    oidc_provider            = { arn = "arn:aws:iam::111111111111:oidc-provider/given" }
    branch                   = "release"
    plan_policy_arns         = ["arn:aws:iam::aws:policy/SecurityAudit"]
    plan_object_arns         = ["arn:aws:s3:::acme-images/*"]
    permissions_boundary_arn = "arn:aws:iam::111111111111:policy/boundary"
    store                    = { bucket_arn = "arn:aws:s3:::acme-plans", kms_key_arn = "arn:aws:kms:eu-west-1:111111111111:key/2" }
    max_session_seconds      = 7200
    tags                     = { team = "platform" }
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.this) == 0 && jsondecode(aws_iam_role.this["plan"].assume_role_policy).Statement[0].Principal.Federated == "arn:aws:iam::111111111111:oidc-provider/given"
    error_message = "A registered issuer is used."
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.plan_state.policy).Statement[4].NotResource == ["arn:aws:s3:::acme-tfstate/ops/*", "arn:aws:s3:::acme-images/*"]
    error_message = "Objects that a plan may read, too."
  }
  assert {
    condition     = contains(jsondecode(aws_iam_role.this["plan"].assume_role_policy).Statement[0].Condition.StringLike["token.actions.githubusercontent.com:sub"], "repo:acme/platform:ref:refs/heads/release") && jsondecode(aws_iam_role.this["plan"].assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:aud"] == "acme"
    error_message = "Branch and audience."
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.store[0].policy).Statement[1].Action == ["s3:GetObject", "s3:PutObject"] && output.store_role_arn != null
    error_message = "The store's role never deletes."
  }
  assert {
    condition     = aws_iam_role.this["apply"].permissions_boundary == "arn:aws:iam::111111111111:policy/boundary" && aws_iam_role.this["apply"].max_session_duration == 7200 && aws_iam_role.this["apply"].tags.team == "platform" && keys(aws_iam_role_policy_attachment.plan) == ["arn:aws:iam::aws:policy/SecurityAudit"]
    error_message = "Boundary, session, tags and policies."
  }
}

run "gitlab" {
  variables {
    forge  = "gitlab"
    issuer = "https://gitlab.acme.example"
  }

  assert {
    condition     = jsondecode(aws_iam_role.this["apply"].assume_role_policy).Statement[0].Condition.StringLike["gitlab.acme.example:sub"] == ["project_path:acme/platform:ref_type:branch:ref:main"] && aws_iam_openid_connect_provider.this[0].url == "https://gitlab.acme.example"
    error_message = "GitLab's subjects and an issuer of one's own."
  }
}

run "china" {
  variables {
    state = { bucket_arn = "arn:aws-cn:s3:::acme-tfstate", kms_key_arn = "arn:aws-cn:kms:cn-north-1:111111111111:key/1" }
  }

  assert {
    condition     = keys(aws_iam_role_policy_attachment.plan) == ["arn:aws-cn:iam::aws:policy/ReadOnlyAccess"]
    error_message = "The policy of the bucket's partition."
  }
}

run "refuses" {
  command = plan
  variables {
    name_prefix         = "Acme"
    forge               = "svn"
    issuer              = "http://example.com/"
    audience            = ""
    oidc_provider       = { arn = "x" }
    repository          = "acme/*"
    branch              = "*"
    environments        = ["*"]
    plan_object_arns    = ["arn:aws:s3:::*"]
    apply_policy_arns   = []
    state               = { bucket_arn = "acme", kms_key_arn = "key" }
    store               = { bucket_arn = "acme", kms_key_arn = "key" }
    max_session_seconds = 60
  }
  expect_failures = [
    var.name_prefix,
    var.forge,
    var.issuer,
    var.audience,
    var.oidc_provider,
    var.repository,
    var.branch,
    var.environments,
    var.plan_object_arns,
    var.apply_policy_arns,
    var.state,
    var.store,
    var.max_session_seconds,
  ]
}
