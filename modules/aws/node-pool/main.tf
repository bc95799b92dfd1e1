locals {
  # `m7g.large`: letters, a generation, then `g` for Graviton among the rest.
  family = split(".", var.instance_types[0])[0]
  arm    = can(regex("^([a-z]+[0-9]+g|im4gn|is4gen|a1)", local.family))
  # The `a` of g4ad is for AMD's GPU; its drivers are in no image of EKS's.
  nvidia = can(regex("^(p[0-9]|g[0-9])", local.family)) && local.family != "g4ad"
  neuron = can(regex("^(inf|trn)[0-9]", local.family))

  ami_type = var.ami_type != null ? var.ami_type : join("_", [
    "AL2023",
    local.arm ? "ARM_64" : "x86_64",
    local.nvidia ? "NVIDIA" : local.neuron ? "NEURON" : "STANDARD",
  ])

  # Bottlerocket keeps its system on a small volume of its own, the first one.
  system_volume = { size_gib = 4, type = "gp3", iops = null, throughput = null, kms_key_arn = var.disk.kms_key_arn }
  volumes = (
    startswith(local.ami_type, "BOTTLEROCKET")
    ? { "/dev/xvda" = local.system_volume, "/dev/xvdb" = var.disk }
    : { "/dev/xvda" = var.disk }
  )

  max_pods_user_data = <<-EOT
    MIME-Version: 1.0
    Content-Type: multipart/mixed; boundary="nodeadm"

    --nodeadm
    Content-Type: application/node.eks.aws

    apiVersion: node.eks.aws/v1alpha1
    kind: NodeConfig
    spec:
      kubelet:
        config:
          maxPods: ${coalesce(var.max_pods, 0)}

    --nodeadm--
  EOT
  user_data          = var.max_pods != null ? local.max_pods_user_data : var.user_data

  taint_effects = {
    NoSchedule       = "NO_SCHEDULE"
    PreferNoSchedule = "PREFER_NO_SCHEDULE"
    NoExecute        = "NO_EXECUTE"
  }
}

resource "aws_launch_template" "this" {
  name                   = "${var.cluster_name}-${var.name}"
  description            = "Nodes of the pool ${var.name} of ${var.cluster_name}"
  update_default_version = true
  user_data              = local.user_data == null ? null : base64encode(local.user_data)
  vpc_security_group_ids = length(var.security_group_ids) == 0 ? null : setunion([var.cluster_security_group_id], var.security_group_ids)

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = var.metadata_hop_limit
    instance_metadata_tags      = "disabled"
  }

  dynamic "block_device_mappings" {
    for_each = local.volumes

    content {
      device_name = block_device_mappings.key

      ebs {
        delete_on_termination = true
        encrypted             = true
        kms_key_id            = block_device_mappings.value.kms_key_arn
        volume_size           = block_device_mappings.value.size_gib
        volume_type           = block_device_mappings.value.type
        iops                  = block_device_mappings.value.iops
        throughput            = block_device_mappings.value.throughput
      }
    }
  }

  dynamic "tag_specifications" {
    for_each = toset(["instance", "volume", "network-interface"])

    content {
      resource_type = tag_specifications.key
      tags          = merge(var.tags, { Name = "${var.cluster_name}-${var.name}" })
    }
  }

  tags = var.tags
}

resource "aws_eks_node_group" "this" {
  cluster_name         = var.cluster_name
  node_group_name      = var.name
  node_role_arn        = var.node_role_arn
  subnet_ids           = var.subnet_ids
  instance_types       = var.instance_types
  capacity_type        = var.capacity_type
  ami_type             = local.ami_type
  release_version      = var.release_version
  version              = var.kubernetes_version
  force_update_version = var.force_update
  labels               = var.labels
  tags                 = var.tags

  launch_template {
    id      = aws_launch_template.this.id
    version = aws_launch_template.this.latest_version
  }

  scaling_config {
    min_size     = var.min_size
    max_size     = var.max_size
    desired_size = var.desired_size == null ? var.min_size : var.desired_size
  }

  update_config {
    max_unavailable_percentage = var.max_unavailable_percentage
  }

  node_repair_config {
    enabled = var.repair
  }

  dynamic "taint" {
    for_each = var.taints

    content {
      key    = taint.value.key
      value  = taint.value.value
      effect = local.taint_effects[taint.value.effect]
    }
  }

  lifecycle {
    # The autoscaler's business.
    ignore_changes = [scaling_config[0].desired_size]
  }
}
