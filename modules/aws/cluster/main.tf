module "metadata" {
  source = "../../metadata"

  name_prefix   = var.name_prefix
  environment   = var.environment
  region        = var.region
  base_domain   = var.base_domain
  provider_name = "aws"
  # Role names have 64 characters; the longest ending added here has 20.
  max_length = 44
  extra_tags = var.extra_tags
}

data "aws_region" "current" {}

locals {
  # The control plane is upgraded first, since the pool depends on it.
  node_version = var.node_pool == null ? null : coalesce(var.node_pool.kubernetes_version, aws_eks_cluster.this.version)

  name      = module.metadata.name
  tags      = module.metadata.tags
  partition = startswith(var.region, "cn-") ? "aws-cn" : startswith(var.region, "us-gov-") ? "aws-us-gov" : "aws"

  encryption_key_arn = var.encryption_key == null ? aws_kms_key.secrets[0].arn : var.encryption_key.arn
}

# Made before the cluster, or EKS makes it, without an end to its retention.
resource "aws_cloudwatch_log_group" "cluster" {
  count = length(var.logs.types) > 0 ? 1 : 0

  name              = "/aws/eks/${local.name}/cluster"
  retention_in_days = var.logs.retention_days
  kms_key_id        = var.logs.kms_key_arn
  tags              = local.tags
}

resource "aws_kms_key" "secrets" {
  count = var.encryption_key == null ? 1 : 0

  description             = "Kubernetes Secrets of ${local.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  tags                    = local.tags
}

resource "aws_kms_alias" "secrets" {
  count = var.encryption_key == null ? 1 : 0

  name          = "alias/${local.name}-secrets"
  target_key_id = aws_kms_key.secrets[0].key_id
}

resource "aws_eks_cluster" "this" {
  name     = local.name
  version  = var.kubernetes_version
  role_arn = local.cluster_role_arn

  deletion_protection           = var.deletion_protection
  enabled_cluster_log_types     = var.logs.types
  bootstrap_self_managed_addons = false

  access_config {
    authentication_mode                         = "API"
    bootstrap_cluster_creator_admin_permissions = false
  }

  vpc_config {
    subnet_ids              = var.control_subnet_ids
    security_group_ids      = var.security_group_ids
    endpoint_private_access = true
    endpoint_public_access  = length(var.endpoint.public_cidrs) > 0
    public_access_cidrs     = length(var.endpoint.public_cidrs) > 0 ? var.endpoint.public_cidrs : null
  }

  kubernetes_network_config {
    ip_family         = var.ip_family
    service_ipv4_cidr = var.ip_family == "ipv4" ? var.service_cidr : null

    elastic_load_balancing {
      enabled = var.auto_mode.enabled
    }
  }

  encryption_config {
    resources = ["secrets"]

    provider {
      key_arn = local.encryption_key_arn
    }
  }

  # The three parts of Auto Mode are on together or off together.
  compute_config {
    enabled       = var.auto_mode.enabled
    node_pools    = var.auto_mode.enabled ? var.auto_mode.node_pools : null
    node_role_arn = var.auto_mode.enabled && length(var.auto_mode.node_pools) > 0 ? local.node_role_arn : null
  }

  storage_config {
    block_storage {
      enabled = var.auto_mode.enabled
    }
  }

  upgrade_policy {
    support_type = var.support_type
  }

  zonal_shift_config {
    enabled = var.zonal_shift
  }

  tags = local.tags

  depends_on = [
    aws_cloudwatch_log_group.cluster,
    aws_iam_role_policy_attachment.cluster,
    aws_iam_role_policy_attachment.node,
  ]

  lifecycle {
    precondition {
      condition     = data.aws_region.current.region == var.region
      error_message = "region is ${var.region}, but the provider works in ${data.aws_region.current.region}."
    }
  }
}

resource "aws_iam_openid_connect_provider" "this" {
  count = var.oidc_provider ? 1 : 0

  url            = aws_eks_cluster.this.identity[0].oidc[0].issuer
  client_id_list = ["sts.amazonaws.com"]
  tags           = local.tags
}

module "node_pool" {
  source = "../node-pool"
  count  = var.node_pool == null ? 0 : 1

  cluster_name               = aws_eks_cluster.this.name
  name                       = var.node_pool.name
  node_role_arn              = local.node_role_arn
  subnet_ids                 = var.node_subnet_ids
  instance_types             = var.node_pool.instance_types
  min_size                   = var.node_pool.min_size
  max_size                   = var.node_pool.max_size
  desired_size               = var.node_pool.desired_size
  capacity_type              = var.node_pool.capacity_type
  ami_type                   = var.node_pool.ami_type
  release_version            = var.node_pool.release_version
  kubernetes_version         = local.node_version
  disk                       = var.node_pool.disk
  metadata_hop_limit         = var.node_pool.metadata_hop_limit
  labels                     = var.node_pool.labels
  taints                     = var.node_pool.taints
  max_pods                   = var.node_pool.max_pods
  max_unavailable_percentage = var.node_pool.max_unavailable_percentage
  tags                       = local.tags

  # Nodes without the network add-on never become ready.
  depends_on = [aws_eks_addon.before_nodes, aws_iam_role_policy_attachment.node]
}
