resource "aws_iam_role" "autoscaler" {
  count = var.cluster_autoscaler ? 1 : 0

  name                 = "${local.name}-autoscaler"
  description          = "The cluster autoscaler of ${local.name}"
  assume_role_policy   = local.pod_identity_trust
  permissions_boundary = var.permissions_boundary_arn
  tags                 = local.tags
}

resource "aws_iam_role_policy" "autoscaler" {
  count = var.cluster_autoscaler ? 1 : 0

  name = "autoscaler"
  role = aws_iam_role.autoscaler[0].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = [
          "autoscaling:DescribeAutoScalingGroups",
          "autoscaling:DescribeAutoScalingInstances",
          "autoscaling:DescribeLaunchConfigurations",
          "autoscaling:DescribeScalingActivities",
          "autoscaling:DescribeTags",
          "ec2:DescribeImages",
          "ec2:DescribeInstanceTypes",
          "ec2:DescribeLaunchTemplateVersions",
          "ec2:GetInstanceTypesFromInstanceRequirements",
          "eks:DescribeNodegroup",
        ]
        Resource = ["*"]
      },
      {
        # EKS puts the tag on the groups of its node groups.
        Effect    = "Allow"
        Action    = ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"]
        Resource  = ["*"]
        Condition = { StringEquals = { "aws:ResourceTag/k8s.io/cluster-autoscaler/${local.name}" = "owned" } }
      },
    ]
  })
}

resource "aws_eks_pod_identity_association" "autoscaler" {
  count = var.cluster_autoscaler ? 1 : 0

  cluster_name    = aws_eks_cluster.this.name
  namespace       = "kube-system"
  service_account = "cluster-autoscaler"
  role_arn        = aws_iam_role.autoscaler[0].arn
  tags            = local.tags
}
