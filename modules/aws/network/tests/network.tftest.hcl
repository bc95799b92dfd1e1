mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { region = "eu-west-1" }
  }
}

variables {
  name_prefix = "net"
  environment = "ops"
  region      = "eu-west-1"
  zones       = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
}

run "defaults" {
  assert {
    condition     = aws_subnet.private["eu-west-1b"].cidr_block == "10.0.16.0/20" && aws_subnet.public["eu-west-1b"].cidr_block == "10.0.254.0/24" && aws_subnet.control["eu-west-1b"].cidr_block == "10.0.247.16/28"
    error_message = "Wrong arithmetic."
  }
  assert {
    condition     = length(aws_nat_gateway.this) == 3 && length(aws_eip.nat) == 3 && length(aws_route.private) == 3
    error_message = "A NAT gateway in each zone by default."
  }
  assert {
    condition     = !aws_subnet.public["eu-west-1a"].map_public_ip_on_launch
    error_message = "Nothing gets a public address by being there."
  }
  assert {
    condition     = length(aws_flow_log.this) == 1 && aws_cloudwatch_log_group.flow[0].retention_in_days == 30
    error_message = "Flow logs are on by default."
  }
  assert {
    condition     = aws_subnet.private["eu-west-1a"].tags["kubernetes.io/role/internal-elb"] == "1" && aws_subnet.public["eu-west-1a"].tags["kubernetes.io/role/elb"] == "1"
    error_message = "Load balancers find their subnets by tags."
  }
  assert {
    condition     = keys(aws_vpc_endpoint.gateway) == ["s3"] && length(aws_vpc_endpoint.interface) == 0 && length(aws_security_group.endpoints) == 0
    error_message = "Only the S3 gateway endpoint by default."
  }
  assert {
    condition     = aws_vpc.this[0].tags.Name == "net-ops-eu-west-1" && aws_vpc.this[0].tags.environment == "ops" && length(aws_default_security_group.this) == 1
    error_message = "The VPC carries name and tags; its default security group is closed."
  }
  assert {
    condition     = length(output.private_subnet_ids) == 3 && length(output.public_subnet_ids) == 3 && length(output.control_subnet_ids) == 3 && length(output.nat_public_ips) == 3
    error_message = "One subnet of each tier and one address a zone."
  }
}

run "other_sizes" {
  variables {
    cidr        = "172.16.0.0/18"
    subnet_bits = { private = 3, public = 7, control = 10 }
    extra_tags  = { team = "platform" }
  }

  assert {
    condition     = aws_subnet.private["eu-west-1a"].cidr_block == "172.16.0.0/21" && aws_subnet.public["eu-west-1a"].cidr_block == "172.16.63.128/25" && aws_subnet.control["eu-west-1a"].cidr_block == "172.16.59.128/28"
    error_message = "Wrong arithmetic."
  }
  assert {
    condition     = aws_vpc.this[0].tags.team == "platform"
    error_message = "Extra tags reach the resources."
  }
}

run "single_nat" {
  variables {
    nat = { mode = "single" }
  }

  assert {
    condition     = keys(aws_nat_gateway.this) == ["eu-west-1a"] && length(aws_route.private) == 3
    error_message = "One gateway serves all zones."
  }
}

run "own_addresses" {
  variables {
    nat = { allocation_ids = ["eipalloc-1", "eipalloc-2", "eipalloc-3"] }
  }

  assert {
    condition     = length(aws_eip.nat) == 0 && aws_nat_gateway.this["eu-west-1c"].allocation_id == "eipalloc-3"
    error_message = "Given addresses are used and none is made."
  }
}

run "no_way_out" {
  variables {
    nat                 = { mode = "none" }
    gateway_endpoints   = ["s3", "dynamodb"]
    interface_endpoints = ["ecr.api", "ecr.dkr", "sts"]
    flow_logs           = { enabled = false }
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 0 && length(aws_route.private) == 0
    error_message = "No gateway and no route."
  }
  assert {
    condition     = length(aws_vpc_endpoint.interface) == 3 && aws_vpc_endpoint.interface["ecr.api"].service_name == "com.amazonaws.eu-west-1.ecr.api" && length(aws_vpc_endpoint.gateway) == 2
    error_message = "Endpoints as asked for."
  }
  assert {
    condition     = aws_vpc_security_group_ingress_rule.endpoints[0].cidr_ipv4 == "10.0.0.0/16"
    error_message = "Endpoints are reached from the VPC only."
  }
  assert {
    condition     = length(aws_flow_log.this) == 0 && length(aws_iam_role.flow) == 0
    error_message = "Flow logs can be left out."
  }
}

run "existing_vpc" {
  variables {
    existing_vpc = { id = "vpc-1", internet_gateway_id = "igw-1" }
  }

  assert {
    condition     = length(aws_vpc.this) == 0 && length(aws_internet_gateway.this) == 0 && length(aws_default_security_group.this) == 0 && length(aws_flow_log.this) == 0
    error_message = "What is passed in is not made."
  }
  assert {
    condition     = output.vpc_id == "vpc-1" && aws_route.public.gateway_id == "igw-1"
    error_message = "What is passed in is used."
  }
}

run "refuses" {
  command = plan
  variables {
    extra_tags          = { CostCenter = "Platform" }
    subnet_bits         = { public = 5 }
    nat                 = { mode = "some" }
    flow_logs           = { traffic = "NONE" }
    gateway_endpoints   = ["ec2"]
    interface_endpoints = ["EC2"]
  }
  expect_failures = [
    var.extra_tags,
    var.subnet_bits,
    var.nat,
    var.flow_logs,
    var.gateway_endpoints,
    var.interface_endpoints,
  ]
}

# Apart from the others, whose checks read these.
run "refuses_range_and_region" {
  command = plan
  variables {
    region = "Europe"
    cidr   = "10.0.0.0/24"
  }
  expect_failures = [var.region, var.cidr]
}

run "refuses_one_zone" {
  command = plan
  variables {
    zones = ["eu-west-1a"]
  }
  expect_failures = [var.zones]
}

run "refuses_zones_of_another_region" {
  command = plan
  variables {
    zones = ["eu-west-1a", "eu-central-1a"]
  }
  expect_failures = [var.zones]
}

run "refuses_too_small_subnets" {
  command = plan
  variables {
    cidr = "10.0.0.0/18"
  }
  expect_failures = [var.subnet_bits]
}

run "refuses_too_few_addresses" {
  command = plan
  variables {
    nat = { allocation_ids = ["eipalloc-1"] }
  }
  expect_failures = [var.nat]
}

run "refuses_odd_retention" {
  command = plan
  variables {
    flow_logs = { retention_days = 31 }
  }
  expect_failures = [var.flow_logs]
}

run "refuses_another_region_than_the_provider" {
  command = plan
  variables {
    region = "us-east-1"
    zones  = ["us-east-1a", "us-east-1b"]
  }
  expect_failures = [aws_vpc.this]
}

run "key_for_flow_logs" {
  variables {
    flow_logs = { kms_key_arn = "arn:aws:kms:eu-west-1:111111111111:key/1", traffic = "REJECT" }
  }
  assert {
    condition     = aws_cloudwatch_log_group.flow[0].kms_key_id == "arn:aws:kms:eu-west-1:111111111111:key/1" && aws_flow_log.this[0].traffic_type == "REJECT"
    error_message = "Key and traffic reach the flow logs."
  }
}
