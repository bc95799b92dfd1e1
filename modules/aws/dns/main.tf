data "aws_partition" "current" {}

locals {
  zone_id  = var.existing_zone == null ? aws_route53_zone.this[0].zone_id : var.existing_zone.id
  zone_arn = "arn:${data.aws_partition.current.partition}:route53:::hostedzone/${local.zone_id}"
}

resource "aws_route53_zone" "this" {
  count = var.existing_zone == null ? 1 : 0

  name          = var.domain
  comment       = "Written by Terraform"
  force_destroy = var.force_destroy
  tags          = var.tags

  dynamic "vpc" {
    for_each = var.private_vpc_ids

    content {
      vpc_id = vpc.value
    }
  }
}

resource "aws_route53_record" "delegation" {
  count = var.parent_zone == null ? 0 : 1

  zone_id = var.parent_zone.id
  name    = var.domain
  type    = "NS"
  ttl     = var.delegation_ttl
  records = aws_route53_zone.this[0].name_servers
}

resource "aws_route53_record" "this" {
  for_each = var.records

  zone_id = local.zone_id
  name    = startswith(each.key, "@/") ? var.domain : "${split("/", each.key)[0]}.${var.domain}"
  type    = split("/", each.key)[1]
  ttl     = each.value.ttl
  records = each.value.values
}

resource "aws_route53_key_signing_key" "this" {
  count = var.dnssec_key == null ? 0 : 1

  name                       = "ksk"
  hosted_zone_id             = local.zone_id
  key_management_service_arn = var.dnssec_key.arn
}

resource "aws_route53_hosted_zone_dnssec" "this" {
  count = var.dnssec_key == null ? 0 : 1

  hosted_zone_id = aws_route53_key_signing_key.this[0].hosted_zone_id
}

resource "aws_iam_role" "external_dns" {
  for_each = var.external_dns

  name        = "${var.name_prefix}-${each.key}-dns"
  description = "external-dns of ${each.value.cluster_name}, for ${var.domain}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["sts:AssumeRole", "sts:TagSession"]
      Principal = { Service = "pods.eks.amazonaws.com" }
    }]
  })
  tags = var.tags
}

resource "aws_iam_role_policy" "external_dns" {
  for_each = var.external_dns

  name = "zone"
  role = aws_iam_role.external_dns[each.key].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets", "route53:ListTagsForResources"]
        Resource = [local.zone_arn]
      },
      {
        # These name no zone.
        Effect   = "Allow"
        Action   = ["route53:ListHostedZones", "route53:ListHostedZonesByName"]
        Resource = ["*"]
      },
    ]
  })
}

resource "aws_eks_pod_identity_association" "external_dns" {
  for_each = var.external_dns

  cluster_name    = each.value.cluster_name
  namespace       = each.value.namespace
  service_account = each.value.service_account
  role_arn        = aws_iam_role.external_dns[each.key].arn
  tags            = var.tags
}
