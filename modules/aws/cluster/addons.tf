locals {
  default_addons = {
    vpc-cni = {
      version       = null
      configuration = jsonencode({ enableNetworkPolicy = tostring(var.network_policy) })
      preserve      = true
    }
    kube-proxy             = { version = null, configuration = null, preserve = true }
    eks-pod-identity-agent = { version = null, configuration = null, preserve = true }
    coredns                = { version = null, configuration = null, preserve = true }
    aws-ebs-csi-driver     = { version = null, configuration = null, preserve = true }
  }
  no_addons = { for name, addon in local.default_addons : name => addon if false }
  addons    = var.addons != null ? var.addons : var.auto_mode.enabled ? local.no_addons : local.default_addons

  # These run on the host's network and make nodes ready; the others need nodes.
  before_nodes = ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"]

  # Add-ons that talk to AWS, each with a role of its own through Pod Identity.
  addon_identities = {
    for name, identity in {
      vpc-cni            = { service_account = "aws-node", policy = var.ip_family == "ipv4" ? "AmazonEKS_CNI_Policy" : null }
      aws-ebs-csi-driver = { service_account = "ebs-csi-controller-sa", policy = "service-role/AmazonEBSCSIDriverPolicy" }
      aws-efs-csi-driver = { service_account = "efs-csi-controller-sa", policy = "service-role/AmazonEFSCSIDriverPolicy" }
    } : name => identity if contains(keys(local.addons), name)
  }
}

resource "aws_iam_role" "addon" {
  for_each = local.addon_identities

  name                 = "${local.name}-${each.key}"
  description          = "The add-on ${each.key} of ${local.name}"
  assume_role_policy   = local.pod_identity_trust
  permissions_boundary = var.permissions_boundary_arn
  tags                 = local.tags
}

resource "aws_iam_role_policy_attachment" "addon" {
  for_each = { for name, identity in local.addon_identities : name => identity if identity.policy != null }

  role       = aws_iam_role.addon[each.key].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/${each.value.policy}"
}

# There is no managed policy for IPv6 addresses.
resource "aws_iam_role_policy" "cni_ipv6" {
  count = var.ip_family == "ipv6" && contains(keys(local.addon_identities), "vpc-cni") ? 1 : 0

  name = "ipv6"
  role = aws_iam_role.addon["vpc-cni"].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["ec2:AssignIpv6Addresses", "ec2:DescribeInstances", "ec2:DescribeTags", "ec2:DescribeNetworkInterfaces", "ec2:DescribeInstanceTypes"]
        Resource = ["*"]
      },
      {
        Effect   = "Allow"
        Action   = ["ec2:CreateTags"]
        Resource = ["arn:${local.partition}:ec2:*:*:network-interface/*"]
      },
    ]
  })
}

resource "aws_eks_addon" "before_nodes" {
  for_each = { for name, addon in local.addons : name => addon if contains(local.before_nodes, name) }

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = each.value.version
  configuration_values        = each.value.configuration
  preserve                    = each.value.preserve
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
  tags                        = local.tags

  dynamic "pod_identity_association" {
    for_each = { for name, identity in local.addon_identities : name => identity if name == each.key }

    content {
      role_arn        = aws_iam_role.addon[pod_identity_association.key].arn
      service_account = pod_identity_association.value.service_account
    }
  }
}

resource "aws_eks_addon" "after_nodes" {
  for_each = { for name, addon in local.addons : name => addon if !contains(local.before_nodes, name) }

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = each.value.version
  configuration_values        = each.value.configuration
  preserve                    = each.value.preserve
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
  tags                        = local.tags

  dynamic "pod_identity_association" {
    for_each = { for name, identity in local.addon_identities : name => identity if name == each.key }

    content {
      role_arn        = aws_iam_role.addon[pod_identity_association.key].arn
      service_account = pod_identity_association.value.service_account
    }
  }

  depends_on = [module.node_pool]
}
