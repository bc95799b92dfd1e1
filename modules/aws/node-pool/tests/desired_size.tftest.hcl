# A file of its own: within one file, runs share a state, and later changes of
# the desired size are ignored.
mock_provider "aws" {}

variables {
  cluster_name   = "gc0-ops-eu-west-1"
  name           = "default"
  node_role_arn  = "arn:aws:iam::111111111111:role/nodes"
  subnet_ids     = ["subnet-a"]
  instance_types = ["m7i.large"]
  min_size       = 1
  max_size       = 3
}

run "at_creation" {
  variables {
    desired_size = 2
  }
  assert {
    condition     = aws_eks_node_group.this.scaling_config[0].desired_size == 2
    error_message = "The pool starts with the desired size."
  }
}

run "later" {
  variables {
    desired_size = 3
  }
  assert {
    condition     = aws_eks_node_group.this.scaling_config[0].desired_size == 2
    error_message = "The autoscaler's number of nodes stays."
  }
}
