locals {
  cluster_policies = concat(
    ["AmazonEKSClusterPolicy"],
    var.auto_mode.enabled ? ["AmazonEKSComputePolicy", "AmazonEKSBlockStoragePolicy", "AmazonEKSLoadBalancingPolicy", "AmazonEKSNetworkingPolicy"] : [],
  )
  node_policies = var.node_pool == null ? ["AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"] : ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"]

  cluster_role_arn = var.cluster_role == null ? aws_iam_role.cluster[0].arn : var.cluster_role.arn
  node_role_arn    = var.node_role == null ? aws_iam_role.node[0].arn : var.node_role.arn

  pod_identity_trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["sts:AssumeRole", "sts:TagSession"]
      Principal = { Service = "pods.eks.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role" "cluster" {
  count = var.cluster_role == null ? 1 : 0

  name        = "${local.name}-control-plane"
  description = "The control plane of ${local.name}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["sts:AssumeRole", "sts:TagSession"]
      Principal = { Service = "eks.amazonaws.com" }
    }]
  })
  permissions_boundary = var.permissions_boundary_arn
  tags                 = local.tags
}

resource "aws_iam_role_policy_attachment" "cluster" {
  for_each = var.cluster_role == null ? toset(local.cluster_policies) : toset([])

  role       = aws_iam_role.cluster[0].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/${each.key}"
}

resource "aws_iam_role" "node" {
  count = var.node_role == null ? 1 : 0

  name        = "${local.name}-node"
  description = "The nodes of ${local.name}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
  permissions_boundary = var.permissions_boundary_arn
  tags                 = local.tags
}

resource "aws_iam_role_policy_attachment" "node" {
  for_each = var.node_role == null ? toset(local.node_policies) : toset([])

  role       = aws_iam_role.node[0].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/${each.key}"
}
