module "metadata" {
  source = "../../metadata"

  name_prefix   = var.name_prefix
  environment   = var.environment
  region        = var.region
  provider_name = "aws"
  max_length    = 50
  extra_tags    = var.extra_tags
}

data "aws_region" "current" {}

locals {
  name = module.metadata.name
  tags = module.metadata.tags
  own  = var.existing_vpc == null

  vpc_id              = local.own ? aws_vpc.this[0].id : var.existing_vpc.id
  internet_gateway_id = local.own ? aws_internet_gateway.this[0].id : var.existing_vpc.internet_gateway_id

  # Private subnets count from the start of the range. The last block of their
  # size is set aside: public subnets count down from its end, and the ninth
  # public block from the end is cut into control subnets.
  public_blocks = pow(2, var.subnet_bits.public)
  control_block = cidrsubnet(var.cidr, var.subnet_bits.public, local.public_blocks - 9)
  cidrs = {
    for index, zone in var.zones : zone => {
      private = cidrsubnet(var.cidr, var.subnet_bits.private, index)
      public  = cidrsubnet(var.cidr, var.subnet_bits.public, local.public_blocks - 1 - index)
      control = cidrsubnet(local.control_block, var.subnet_bits.control - var.subnet_bits.public, index)
    }
  }

  nat_zones = {
    "per-zone" = var.zones
    "single"   = [var.zones[0]]
    "none"     = []
  }[var.nat.mode]
}

resource "aws_vpc" "this" {
  count = local.own ? 1 : 0

  cidr_block = var.cidr
  # Private endpoints and private zones are resolved by name.
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = merge(local.tags, { Name = local.name })

  lifecycle {
    precondition {
      condition     = data.aws_region.current.region == var.region
      error_message = "region is ${var.region}, but the provider works in ${data.aws_region.current.region}."
    }
  }
}

# The group that everything falls into that names none: it lets nothing through.
resource "aws_default_security_group" "this" {
  count = local.own ? 1 : 0

  vpc_id = local.vpc_id
  tags   = merge(local.tags, { Name = "${local.name}-closed" })
}

resource "aws_internet_gateway" "this" {
  count = local.own ? 1 : 0

  vpc_id = local.vpc_id
  tags   = merge(local.tags, { Name = local.name })
}

resource "aws_subnet" "private" {
  for_each = local.cidrs

  vpc_id            = local.vpc_id
  availability_zone = each.key
  cidr_block        = each.value.private

  tags = merge(local.tags, {
    Name                              = "${local.name}-private-${each.key}"
    "kubernetes.io/role/internal-elb" = "1"
  })
}

resource "aws_subnet" "public" {
  for_each = local.cidrs

  vpc_id            = local.vpc_id
  availability_zone = each.key
  cidr_block        = each.value.public
  # Load balancers and NAT gateways bring their own addresses.
  map_public_ip_on_launch = false

  tags = merge(local.tags, {
    Name                     = "${local.name}-public-${each.key}"
    "kubernetes.io/role/elb" = "1"
  })
}

resource "aws_subnet" "control" {
  for_each = local.cidrs

  vpc_id            = local.vpc_id
  availability_zone = each.key
  cidr_block        = each.value.control

  tags = merge(local.tags, { Name = "${local.name}-control-${each.key}" })
}

resource "aws_eip" "nat" {
  for_each = length(var.nat.allocation_ids) == 0 ? toset(local.nat_zones) : toset([])

  domain = "vpc"
  tags   = merge(local.tags, { Name = "${local.name}-nat-${each.key}" })
}

resource "aws_nat_gateway" "this" {
  for_each = { for index, zone in local.nat_zones : zone => index }

  subnet_id     = aws_subnet.public[each.key].id
  allocation_id = length(var.nat.allocation_ids) == 0 ? aws_eip.nat[each.key].id : var.nat.allocation_ids[each.value]
  tags          = merge(local.tags, { Name = "${local.name}-${each.key}" })

  depends_on = [aws_internet_gateway.this]
}

resource "aws_route_table" "public" {
  vpc_id = local.vpc_id
  tags   = merge(local.tags, { Name = "${local.name}-public" })
}

resource "aws_route" "public" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = local.internet_gateway_id
}

resource "aws_route_table_association" "public" {
  for_each = aws_subnet.public

  subnet_id      = each.value.id
  route_table_id = aws_route_table.public.id
}

# One for each zone, shared by its private and control subnets.
resource "aws_route_table" "private" {
  for_each = local.cidrs

  vpc_id = local.vpc_id
  tags   = merge(local.tags, { Name = "${local.name}-private-${each.key}" })
}

resource "aws_route" "private" {
  for_each = var.nat.mode == "none" ? {} : local.cidrs

  route_table_id         = aws_route_table.private[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[var.nat.mode == "single" ? var.zones[0] : each.key].id
}

resource "aws_route_table_association" "private" {
  for_each = aws_subnet.private

  subnet_id      = each.value.id
  route_table_id = aws_route_table.private[each.key].id
}

resource "aws_route_table_association" "control" {
  for_each = aws_subnet.control

  subnet_id      = each.value.id
  route_table_id = aws_route_table.private[each.key].id
}
