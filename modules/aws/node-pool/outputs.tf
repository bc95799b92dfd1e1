output "name" {
  description = "Name of the pool."
  value       = aws_eks_node_group.this.node_group_name
}

output "arn" {
  description = "ARN of the node group."
  value       = aws_eks_node_group.this.arn
}

output "ami_type" {
  description = "Image family of the nodes, as given or as found by the instance type."
  value       = local.ami_type
}

output "autoscaling_group_names" {
  description = "Names of the auto scaling groups behind the pool."
  value       = flatten([for resources in aws_eks_node_group.this.resources : resources.autoscaling_groups[*].name])
}
