# A network of a cluster.
variable "name" {
  type        = string
  description = "Name of the cluster."
}

variable "zones" {
  type = map(object({
    cidr   = string
    public = optional(bool, false)
  }))
  default = {}
}

locals {
  tags = merge(var.tags, {
    Name      = var.name
    "managed" = "yes" # by us
  })
  public = { for k, z in var.zones : k => z.cidr if z.public }
  ids    = [for s in aws_subnet.this : s.id]
  first  = try(values(local.public)[0], null)
}

resource "aws_subnet" "this" {
  for_each   = var.zones
  vpc_id     = aws_vpc.this.id
  cidr_block = each.value.cidr

  tags = merge(local.tags, { Name = "${var.name}-${each.key}" })

  lifecycle {
    ignore_changes = [tags["old"], tags.*.x]
  }
}

output "script" {
  value = <<-EOT
    #!/bin/sh
    %{for id in local.ids~}
    echo ${id}
    %{endfor~}
    echo "$${HOME}"
  EOT
}
