locals {
  policies = merge([
    for name, entry in var.access : {
      for policy in entry.policies : "${name}/${policy.name}" => {
        principal_arn = entry.principal_arn
        policy        = policy.name
        namespaces    = policy.namespaces
        entry         = name
      }
    }
  ]...)
}

resource "aws_eks_access_entry" "this" {
  for_each = var.access

  cluster_name      = aws_eks_cluster.this.name
  principal_arn     = each.value.principal_arn
  kubernetes_groups = each.value.groups
  type              = "STANDARD"
  tags              = local.tags
}

resource "aws_eks_access_policy_association" "this" {
  for_each = local.policies

  cluster_name  = aws_eks_cluster.this.name
  principal_arn = aws_eks_access_entry.this[each.value.entry].principal_arn
  policy_arn    = "arn:${local.partition}:eks::aws:cluster-access-policy/${each.value.policy}"

  access_scope {
    type       = length(each.value.namespaces) > 0 ? "namespace" : "cluster"
    namespaces = length(each.value.namespaces) > 0 ? each.value.namespaces : null
  }
}
