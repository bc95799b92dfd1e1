mock_provider "aws" {
  mock_resource "aws_launch_template" {
    defaults = { id = "lt-1", latest_version = 3 }
  }
}

variables {
  cluster_name   = "gc0-ops-eu-west-1"
  name           = "default"
  node_role_arn  = "arn:aws:iam::111111111111:role/nodes"
  subnet_ids     = ["subnet-a", "subnet-b"]
  instance_types = ["m7i.large", "m6i.large"]
  min_size       = 1
  max_size       = 3
}

run "defaults" {
  assert {
    condition     = aws_launch_template.this.metadata_options[0].http_tokens == "required" && aws_launch_template.this.metadata_options[0].http_put_response_hop_limit == 1
    error_message = "IMDSv2 is required and kept from pods."
  }
  assert {
    condition     = length(aws_launch_template.this.block_device_mappings) == 1 && aws_launch_template.this.block_device_mappings[0].ebs[0].encrypted == "true" && aws_launch_template.this.block_device_mappings[0].ebs[0].volume_size == 50
    error_message = "The volume is encrypted."
  }
  assert {
    condition     = output.ami_type == "AL2023_x86_64_STANDARD" && aws_eks_node_group.this.capacity_type == "ON_DEMAND" && aws_eks_node_group.this.scaling_config[0].desired_size == 1
    error_message = "On-demand Amazon Linux 2023, starting at the smallest size."
  }
  assert {
    condition     = aws_eks_node_group.this.launch_template[0].version == "3" && aws_eks_node_group.this.node_repair_config[0].enabled && aws_eks_node_group.this.update_config[0].max_unavailable_percentage == 33
    error_message = "Launch template, repair and update settings."
  }
  assert {
    condition     = aws_launch_template.this.user_data == null && aws_launch_template.this.vpc_security_group_ids == null
    error_message = "Nothing that was not asked for."
  }
}

run "everything_set" {
  variables {
    capacity_type              = "SPOT"
    release_version            = "1.34.1-20260209"
    kubernetes_version         = "1.34"
    disk                       = { size_gib = 200, type = "gp3", iops = 4000, throughput = 250, kms_key_arn = "arn:aws:kms:eu-west-1:111111111111:key/1" }
    metadata_hop_limit         = 2
    labels                     = { workload = "batch" }
    taints                     = [{ key = "workload", value = "batch", effect = "PreferNoSchedule" }]
    max_pods                   = 110
    security_group_ids         = ["sg-1"]
    cluster_security_group_id  = "sg-0"
    max_unavailable_percentage = 10
    force_update               = true
    repair                     = false
    tags                       = { team = "platform" }
  }

  assert {
    condition     = aws_eks_node_group.this.capacity_type == "SPOT" && aws_eks_node_group.this.release_version == "1.34.1-20260209" && aws_eks_node_group.this.version == "1.34"
    error_message = "Capacity and versions."
  }
  assert {
    condition     = aws_launch_template.this.block_device_mappings[0].ebs[0].iops == 4000 && aws_launch_template.this.block_device_mappings[0].ebs[0].throughput == 250 && aws_launch_template.this.block_device_mappings[0].ebs[0].kms_key_id == "arn:aws:kms:eu-west-1:111111111111:key/1"
    error_message = "The disk is as asked for."
  }
  assert {
    condition     = one(aws_eks_node_group.this.taint).effect == "PREFER_NO_SCHEDULE" && aws_eks_node_group.this.labels.workload == "batch"
    error_message = "Labels and taints in EKS's spelling."
  }
  assert {
    condition     = strcontains(base64decode(aws_launch_template.this.user_data), "maxPods: 110")
    error_message = "max_pods reaches the kubelet."
  }
  assert {
    condition     = aws_launch_template.this.vpc_security_group_ids == toset(["sg-0", "sg-1"]) && aws_launch_template.this.metadata_options[0].http_put_response_hop_limit == 2
    error_message = "Own groups beside the cluster's."
  }
  assert {
    condition     = aws_eks_node_group.this.force_update_version && !aws_eks_node_group.this.node_repair_config[0].enabled && aws_eks_node_group.this.update_config[0].max_unavailable_percentage == 10 && aws_eks_node_group.this.tags.team == "platform"
    error_message = "Update settings and tags."
  }
}

run "graviton" {
  variables {
    instance_types = ["c7gn.xlarge"]
  }
  assert {
    condition     = output.ami_type == "AL2023_ARM_64_STANDARD"
    error_message = "Graviton needs the ARM image."
  }
}

run "accelerators" {
  variables {
    instance_types = ["g6e.xlarge"]
  }
  assert {
    condition     = output.ami_type == "AL2023_x86_64_NVIDIA"
    error_message = "GPUs need the NVIDIA image."
  }
}

run "neuron" {
  variables {
    instance_types = ["inf2.xlarge"]
  }
  assert {
    condition     = output.ami_type == "AL2023_x86_64_NEURON"
    error_message = "Inferentia needs the Neuron image."
  }
}

run "bottlerocket" {
  variables {
    ami_type  = "BOTTLEROCKET_ARM_64"
    user_data = "[settings.kubernetes]\n"
  }
  assert {
    condition     = length(aws_launch_template.this.block_device_mappings) == 2 && aws_launch_template.this.block_device_mappings[1].device_name == "/dev/xvdb" && aws_launch_template.this.block_device_mappings[1].ebs[0].volume_size == 50
    error_message = "Bottlerocket's data volume has the size asked for."
  }
  assert {
    condition     = base64decode(aws_launch_template.this.user_data) == "[settings.kubernetes]\n"
    error_message = "User data goes through."
  }
}

run "refuses" {
  command = plan
  variables {
    name                       = "Default"
    node_role_arn              = "nodes"
    subnet_ids                 = []
    instance_types             = ["m7i"]
    capacity_type              = "spot"
    kubernetes_version         = "1.34.1"
    disk                       = { size_gib = 8 }
    metadata_hop_limit         = 64
    labels                     = { "node-role.kubernetes.io/worker" = "" }
    taints                     = [{ key = "a", effect = "NO_SCHEDULE" }]
    max_unavailable_percentage = 0
  }
  expect_failures = [
    var.name,
    var.node_role_arn,
    var.subnet_ids,
    var.instance_types,
    var.capacity_type,
    var.kubernetes_version,
    var.disk,
    var.metadata_hop_limit,
    var.labels,
    var.taints,
    var.max_unavailable_percentage,
  ]
}

run "refuses_negative_size" {
  command = plan
  variables {
    min_size = -1
  }
  expect_failures = [var.min_size]
}

run "refuses_no_nodes" {
  command = plan
  variables {
    min_size = 0
    max_size = 0
  }
  expect_failures = [var.max_size]
}

run "refuses_sizes_upside_down" {
  command = plan
  variables {
    min_size = 5
  }
  expect_failures = [var.max_size]
}

run "refuses_desired_size" {
  command = plan
  variables {
    desired_size = 9
  }
  expect_failures = [var.desired_size]
}

run "refuses_old_images" {
  command = plan
  variables {
    ami_type = "AL2_x86_64"
  }
  expect_failures = [var.ami_type]
}

run "refuses_disk_type" {
  command = plan
  variables {
    disk = { type = "gp2" }
  }
  expect_failures = [var.disk]
}

run "refuses_io2_without_iops" {
  command = plan
  variables {
    disk = { type = "io2" }
  }
  expect_failures = [var.disk]
}

run "refuses_max_pods" {
  command = plan
  variables {
    max_pods = 5
  }
  expect_failures = [var.max_pods]
}

run "refuses_two_kinds_of_user_data" {
  command = plan
  variables {
    max_pods  = 110
    user_data = "x"
  }
  expect_failures = [var.user_data]
}

run "refuses_groups_without_the_cluster" {
  command = plan
  variables {
    security_group_ids = ["sg-1"]
  }
  expect_failures = [var.cluster_security_group_id]
}

run "refuses_mixed_architectures" {
  command = plan
  variables {
    instance_types = ["m7g.large", "m6i.large"]
  }
  expect_failures = [var.instance_types]
}

run "refuses_mixed_accelerators" {
  command = plan
  variables {
    instance_types = ["g6e.xlarge", "m7i.xlarge"]
  }
  expect_failures = [var.instance_types]
}

run "refuses_amd_gpus" {
  command = plan
  variables {
    instance_types = ["g4ad.xlarge"]
  }
  expect_failures = [var.instance_types]
}

run "amd_gpus_with_drivers_of_your_own" {
  command = plan
  variables {
    instance_types = ["g4ad.xlarge"]
    ami_type       = "AL2023_x86_64_STANDARD"
  }
  assert {
    condition     = aws_eks_node_group.this.ami_type == "AL2023_x86_64_STANDARD"
    error_message = "The image that was asked for."
  }
}
