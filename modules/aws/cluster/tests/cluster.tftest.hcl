mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { region = "eu-west-1" }
  }
  mock_resource "aws_eks_cluster" {
    defaults = {
      endpoint              = "https://1.eks.amazonaws.com"
      certificate_authority = [{ data = "Y2E=" }]
      identity              = [{ oidc = [{ issuer = "https://oidc.eks.eu-west-1.amazonaws.com/id/1" }] }]
    }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111111111111:role/made" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:111111111111:key/made" }
  }
  mock_resource "aws_launch_template" {
    defaults = { latest_version = 1 }
  }
}

variables {
  name_prefix        = "gc0"
  environment        = "ops"
  region             = "eu-west-1"
  control_subnet_ids = ["subnet-ca", "subnet-cb"]
  node_subnet_ids    = ["subnet-na", "subnet-nb"]
  node_pool          = { instance_types = ["m7i.large"], min_size = 1, max_size = 3 }
}

run "defaults" {
  assert {
    condition     = output.name == "gc0-ops-eu-west-1" && output.endpoint == "https://1.eks.amazonaws.com" && output.certificate_authority == "Y2E=" && output.issuer_url == "https://oidc.eks.eu-west-1.amazonaws.com/id/1"
    error_message = "Wrong outputs."
  }
  assert {
    condition     = aws_eks_cluster.this.access_config[0].authentication_mode == "API" && !aws_eks_cluster.this.access_config[0].bootstrap_cluster_creator_admin_permissions
    error_message = "Access by entries only, and none by accident."
  }
  assert {
    condition     = aws_eks_cluster.this.vpc_config[0].endpoint_private_access && !aws_eks_cluster.this.vpc_config[0].endpoint_public_access
    error_message = "The API is private by default."
  }
  assert {
    condition     = aws_eks_cluster.this.encryption_config[0].provider[0].key_arn == "arn:aws:kms:eu-west-1:111111111111:key/made" && aws_kms_key.secrets[0].enable_key_rotation
    error_message = "Secrets are encrypted with a key of their own."
  }
  assert {
    condition     = length(aws_eks_cluster.this.enabled_cluster_log_types) == 5 && aws_cloudwatch_log_group.cluster[0].retention_in_days == 90 && aws_cloudwatch_log_group.cluster[0].name == "/aws/eks/gc0-ops-eu-west-1/cluster"
    error_message = "All control-plane logs, with an end to their retention."
  }
  assert {
    condition     = aws_eks_cluster.this.deletion_protection && aws_eks_cluster.this.upgrade_policy[0].support_type == "STANDARD" && !aws_eks_cluster.this.compute_config[0].enabled && !aws_eks_cluster.this.bootstrap_self_managed_addons
    error_message = "Protected, standard support, no Auto Mode."
  }
  assert {
    condition     = keys(aws_eks_addon.before_nodes) == ["eks-pod-identity-agent", "kube-proxy", "vpc-cni"] && keys(aws_eks_addon.after_nodes) == ["aws-ebs-csi-driver", "coredns"]
    error_message = "The add-ons of the contract."
  }
  assert {
    condition     = jsondecode(aws_eks_addon.before_nodes["vpc-cni"].configuration_values).enableNetworkPolicy == "true" && one(aws_eks_addon.before_nodes["vpc-cni"].pod_identity_association).service_account == "aws-node"
    error_message = "Network policies are enforced; the CNI has its own role."
  }
  assert {
    condition     = keys(aws_iam_role_policy_attachment.node) == ["AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodePolicy"] && length(aws_iam_role_policy.cni_ipv6) == 0
    error_message = "Nodes may join and pull images, and nothing else."
  }
  assert {
    condition     = length(aws_iam_openid_connect_provider.this) == 0 && output.oidc_provider_arn == null && length(aws_eks_access_entry.this) == 0 && length(aws_iam_role.autoscaler) == 0
    error_message = "No identity provider, access or autoscaler that was not asked for."
  }
  assert {
    condition     = output.domain == "" && aws_eks_cluster.this.kubernetes_network_config[0].service_ipv4_cidr == "172.20.0.0/16" && aws_eks_cluster.this.version == "1.35"
    error_message = "Domain, service range and version."
  }
}

run "nodes_follow_the_control_plane" {
  command = plan
  variables {
    kubernetes_version = "1.34"
  }
  assert {
    condition     = local.node_version == "1.34"
    error_message = "An upgrade of the cluster is one of its nodes, too."
  }
}

run "nodes_wait" {
  command = plan
  variables {
    kubernetes_version = "1.35"
    node_pool          = { instance_types = ["m7i.large"], min_size = 1, max_size = 3, kubernetes_version = "1.34" }
  }
  assert {
    condition     = local.node_version == "1.34"
    error_message = "Nodes may stay a version behind for a while."
  }
}

run "everything_set" {
  variables {
    base_domain              = "infra.acme.example"
    kubernetes_version       = "1.33"
    support_type             = "EXTENDED"
    security_group_ids       = ["sg-1"]
    endpoint                 = { public_cidrs = ["198.51.100.0/24"] }
    service_cidr             = "10.100.0.0/16"
    encryption_key           = { arn = "arn:aws:kms:eu-west-1:111111111111:key/given" }
    logs                     = { types = ["audit"], retention_days = 365, kms_key_arn = "arn:aws:kms:eu-west-1:111111111111:key/logs" }
    node_role                = { arn = "arn:aws:iam::111111111111:role/given-node" }
    cluster_role             = { arn = "arn:aws:iam::111111111111:role/given-cluster" }
    permissions_boundary_arn = "arn:aws:iam::111111111111:policy/boundary"
    network_policy           = false
    oidc_provider            = true
    cluster_autoscaler       = true
    zonal_shift              = true
    deletion_protection      = false
    extra_tags               = { team = "platform" }
    access = {
      platform = {
        principal_arn = "arn:aws:iam::111111111111:role/platform"
        policies      = [{ name = "AmazonEKSClusterAdminPolicy" }]
      }
      developers = {
        principal_arn = "arn:aws:iam::111111111111:role/developers"
        groups        = ["platform:viewers"]
        policies      = [{ name = "AmazonEKSEditPolicy", namespaces = ["workloads"] }]
      }
    }
  }

  assert {
    condition     = output.fqdn == "gc0-eu-west-1.ops.infra.acme.example" && output.version == "1.33" && aws_eks_cluster.this.upgrade_policy[0].support_type == "EXTENDED"
    error_message = "Names, version and support."
  }
  assert {
    condition     = aws_eks_cluster.this.vpc_config[0].endpoint_public_access && aws_eks_cluster.this.vpc_config[0].public_access_cidrs == toset(["198.51.100.0/24"]) && aws_eks_cluster.this.vpc_config[0].security_group_ids == toset(["sg-1"])
    error_message = "Public only for the given ranges."
  }
  assert {
    condition     = length(aws_kms_key.secrets) == 0 && output.encryption_key_arn == "arn:aws:kms:eu-west-1:111111111111:key/given" && length(aws_iam_role.node) == 0 && length(aws_iam_role.cluster) == 0 && length(aws_iam_role_policy_attachment.node) == 0 && length(aws_iam_role_policy_attachment.cluster) == 0
    error_message = "What is passed in is not made."
  }
  assert {
    condition     = output.node_role_arn == "arn:aws:iam::111111111111:role/given-node" && aws_eks_cluster.this.role_arn == "arn:aws:iam::111111111111:role/given-cluster"
    error_message = "What is passed in is used."
  }
  assert {
    condition     = aws_eks_access_policy_association.this["developers/AmazonEKSEditPolicy"].access_scope[0].type == "namespace" && aws_eks_access_policy_association.this["platform/AmazonEKSClusterAdminPolicy"].access_scope[0].type == "cluster" && aws_eks_access_policy_association.this["platform/AmazonEKSClusterAdminPolicy"].policy_arn == "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
    error_message = "Policies for the cluster or for namespaces."
  }
  assert {
    condition     = aws_eks_access_entry.this["developers"].kubernetes_groups == toset(["platform:viewers"])
    error_message = "Groups for own role bindings."
  }
  assert {
    condition     = aws_eks_cluster.this.enabled_cluster_log_types == toset(["audit"]) && aws_cloudwatch_log_group.cluster[0].kms_key_id == "arn:aws:kms:eu-west-1:111111111111:key/logs" && aws_cloudwatch_log_group.cluster[0].retention_in_days == 365
    error_message = "Logs as asked for."
  }
  assert {
    condition     = jsondecode(aws_eks_addon.before_nodes["vpc-cni"].configuration_values).enableNetworkPolicy == "false" && length(aws_iam_openid_connect_provider.this) == 1 && aws_eks_cluster.this.zonal_shift_config[0].enabled && !aws_eks_cluster.this.deletion_protection
    error_message = "Switches."
  }
  assert {
    condition     = aws_eks_pod_identity_association.autoscaler[0].namespace == "kube-system" && strcontains(aws_iam_role_policy.autoscaler[0].policy, "k8s.io/cluster-autoscaler/gc0-ops-eu-west-1")
    error_message = "The autoscaler may size this cluster's groups only."
  }
  assert {
    condition     = aws_iam_role.addon["aws-ebs-csi-driver"].permissions_boundary == "arn:aws:iam::111111111111:policy/boundary" && aws_eks_cluster.this.tags.team == "platform" && aws_eks_cluster.this.kubernetes_network_config[0].service_ipv4_cidr == "10.100.0.0/16"
    error_message = "Boundary, tags and service range."
  }
}

run "auto_mode" {
  variables {
    node_pool       = null
    node_subnet_ids = []
    auto_mode       = { enabled = true }
  }

  assert {
    condition     = aws_eks_cluster.this.compute_config[0].enabled && aws_eks_cluster.this.storage_config[0].block_storage[0].enabled && aws_eks_cluster.this.kubernetes_network_config[0].elastic_load_balancing[0].enabled
    error_message = "The three parts of Auto Mode go together."
  }
  assert {
    condition     = aws_eks_cluster.this.compute_config[0].node_pools == toset(["general-purpose", "system"]) && aws_eks_cluster.this.compute_config[0].node_role_arn == "arn:aws:iam::111111111111:role/made"
    error_message = "Built-in pools with the nodes' role."
  }
  assert {
    condition     = length(aws_eks_addon.before_nodes) == 0 && length(aws_eks_addon.after_nodes) == 0 && length(module.node_pool) == 0 && length(aws_iam_role_policy_attachment.cluster) == 5
    error_message = "Auto Mode brings its own add-ons and needs more policies."
  }
  assert {
    condition     = contains(keys(aws_iam_role_policy_attachment.node), "AmazonEKSWorkerNodeMinimalPolicy")
    error_message = "Auto Mode's nodes need less."
  }
}

run "own_addons" {
  variables {
    addons = {
      vpc-cni            = { version = "v1.20.4-eksbuild.1", configuration = "{\"env\":{}}", preserve = false }
      aws-efs-csi-driver = {}
    }
    logs = { types = [] }
  }

  assert {
    condition     = keys(aws_eks_addon.before_nodes) == ["vpc-cni"] && aws_eks_addon.before_nodes["vpc-cni"].addon_version == "v1.20.4-eksbuild.1" && !aws_eks_addon.before_nodes["vpc-cni"].preserve
    error_message = "Exactly the add-ons asked for."
  }
  assert {
    condition     = one(aws_eks_addon.after_nodes["aws-efs-csi-driver"].pod_identity_association).service_account == "efs-csi-controller-sa" && length(aws_cloudwatch_log_group.cluster) == 0
    error_message = "Known add-ons get their role; no logs, no log group."
  }
}

run "ipv6" {
  variables {
    ip_family = "ipv6"
  }

  assert {
    condition     = length(aws_iam_role_policy.cni_ipv6) == 1 && aws_eks_cluster.this.kubernetes_network_config[0].ip_family == "ipv6" && !contains(keys(aws_iam_role_policy_attachment.addon), "vpc-cni")
    error_message = "The CNI may hand out IPv6 addresses."
  }
}

run "china" {
  command = plan
  variables {
    region = "cn-north-1"
  }
  override_data {
    target = data.aws_region.current
    values = { region = "cn-north-1" }
  }
  assert {
    condition     = aws_iam_role_policy_attachment.cluster["AmazonEKSClusterPolicy"].policy_arn == "arn:aws-cn:iam::aws:policy/AmazonEKSClusterPolicy"
    error_message = "Other partitions have other ARNs."
  }
}

run "refuses" {
  command = plan
  variables {
    extra_tags         = { CostCenter = "Platform" }
    region             = "Europe"
    kubernetes_version = "1.34.1"
    support_type       = "FOREVER"
    control_subnet_ids = ["subnet-ca"]
    endpoint           = { public_cidrs = ["0.0.0.0/0"] }
    service_cidr       = "8.8.0.0/16"
    ip_family          = "both"
    encryption_key     = { arn = "key" }
    logs               = { types = ["everything"] }
    access             = { a = { principal_arn = "root" } }
    node_role          = { arn = "node" }
    cluster_role       = { arn = "cluster" }
    addons             = { coredns = { configuration = "replicas: 2" } }
    auto_mode          = { node_pools = ["gpu"] }
  }
  expect_failures = [
    var.extra_tags,
    var.region,
    var.kubernetes_version,
    var.support_type,
    var.control_subnet_ids,
    var.endpoint,
    var.service_cidr,
    var.ip_family,
    var.encryption_key,
    var.logs,
    var.access,
    var.node_role,
    var.cluster_role,
    var.addons,
    var.auto_mode,
  ]
}

run "refuses_odd_retention" {
  command = plan
  variables {
    logs = { retention_days = 31 }
  }
  expect_failures = [var.logs]
}

run "refuses_policy_arns" {
  command = plan
  variables {
    access = { a = { principal_arn = "arn:aws:iam::111111111111:role/a", policies = [{ name = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy" }] } }
  }
  expect_failures = [var.access]
}

run "refuses_system_groups" {
  command = plan
  variables {
    access = { a = { principal_arn = "arn:aws:iam::111111111111:role/a", groups = ["system:masters"] } }
  }
  expect_failures = [var.access]
}

run "refuses_no_subnets" {
  command = plan
  variables {
    node_subnet_ids = []
  }
  expect_failures = [var.node_subnet_ids]
}

run "refuses_nothing_to_run_on" {
  command = plan
  variables {
    node_pool = null
  }
  expect_failures = [var.node_pool]
}

run "refuses_another_region_than_the_provider" {
  command = plan
  variables {
    region = "us-east-1"
  }
  expect_failures = [aws_eks_cluster.this]
}

run "refuses_mixed_architectures" {
  command = plan
  variables {
    node_pool = { instance_types = ["m7g.large", "m6i.large"], min_size = 1, max_size = 3 }
  }
  expect_failures = [var.node_pool]
}

run "refuses_half_a_node" {
  command = plan
  variables {
    node_pool = { instance_types = ["m7i.large"], min_size = 1, max_size = 3, desired_size = 1.5 }
  }
  expect_failures = [var.node_pool]
}
