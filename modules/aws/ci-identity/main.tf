locals {
  issuers = {
    github = "https://token.actions.githubusercontent.com"
    gitlab = "https://gitlab.com"
  }
  issuer       = var.issuer == null ? local.issuers[var.forge] : var.issuer
  partition    = split(":", var.state.bucket_arn)[1]
  claims       = trimprefix(local.issuer, "https://")
  provider_arn = var.oidc_provider == null ? aws_iam_openid_connect_provider.this[0].arn : var.oidc_provider.arn

  # What a token says of where its job runs. GitLab's tokens name no environment
  # in their subject: there, protect the branch and the environment together.
  subjects = {
    github = {
      plan = [
        "repo:${var.repository}:pull_request",
        "repo:${var.repository}:ref:refs/heads/${var.branch}",
      ]
      apply = [for name in sort(var.environments) : "repo:${var.repository}:environment:${name}"]
    }
    gitlab = {
      plan  = ["project_path:${var.repository}:ref_type:branch:ref:*"]
      apply = ["project_path:${var.repository}:ref_type:branch:ref:${var.branch}"]
    }
  }[var.forge]

  roles = merge(
    {
      plan  = { subjects = local.subjects.plan, about = "plans" }
      apply = { subjects = local.subjects.apply, about = "applies" }
    },
    var.store == null ? {} : {
      store = { subjects = local.subjects.apply, about = "keeps plans" }
    },
  )

  states = [for prefix in sort(var.state.prefixes) : "${var.state.bucket_arn}/${prefix}*"]
  locks  = [for prefix in sort(var.state.prefixes) : "${var.state.bucket_arn}/${prefix}*.tflock"]
}

resource "aws_iam_openid_connect_provider" "this" {
  count = var.oidc_provider == null ? 1 : 0

  url            = local.issuer
  client_id_list = [var.audience]
  tags           = var.tags
}

resource "aws_iam_role" "this" {
  for_each = local.roles

  name        = "${var.name_prefix}-ci-${each.key}"
  description = "A job of ${var.repository} that ${each.value.about}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = local.provider_arn }
      Condition = {
        StringEquals = { "${local.claims}:aud" = var.audience }
        StringLike   = { "${local.claims}:sub" = each.value.subjects }
      }
    }]
  })
  max_session_duration = var.max_session_seconds
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy_attachment" "plan" {
  for_each = var.plan_policy_arns == null ? toset(["arn:${local.partition}:iam::aws:policy/ReadOnlyAccess"]) : var.plan_policy_arns

  role       = aws_iam_role.this["plan"].name
  policy_arn = each.value
}

resource "aws_iam_role_policy_attachment" "apply" {
  for_each = var.apply_policy_arns

  role       = aws_iam_role.this["apply"].name
  policy_arn = each.value
}

# A plan reads states and holds their locks; it never writes a state. Pull
# requests plan, and a policy that reads all of S3 would show them every other
# state, those of other environments and of bootstrap.
resource "aws_iam_role_policy" "plan_state" {
  name = "state"
  role = aws_iam_role.this["plan"].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["s3:ListBucket"], Resource = [var.state.bucket_arn] },
      { Effect = "Allow", Action = ["s3:GetObject"], Resource = local.states },
      { Effect = "Allow", Action = ["s3:PutObject", "s3:DeleteObject"], Resource = local.locks },
      { Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey"], Resource = [var.state.kms_key_arn] },
      { Effect = "Deny", Action = ["s3:GetObject", "s3:GetObjectVersion"], NotResource = concat(local.states, sort(var.plan_object_arns)) },
    ]
  })
}

# An apply writes states; only locks are deleted.
resource "aws_iam_role_policy" "apply_state" {
  name = "state"
  role = aws_iam_role.this["apply"].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["s3:ListBucket"], Resource = [var.state.bucket_arn] },
      { Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject"], Resource = local.states },
      { Effect = "Allow", Action = ["s3:DeleteObject"], Resource = local.locks },
      { Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey"], Resource = [var.state.kms_key_arn] },
    ]
  })
}

resource "aws_iam_role_policy" "store" {
  count = var.store == null ? 0 : 1

  name = "store"
  role = aws_iam_role.this["store"].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["s3:ListBucket"], Resource = [var.store.bucket_arn] },
      { Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject"], Resource = ["${var.store.bucket_arn}/*"] },
      { Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey"], Resource = [var.store.kms_key_arn] },
    ]
  })
}
