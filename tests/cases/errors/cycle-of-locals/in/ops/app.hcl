locals {
  a = local.b
  b = "${local.c}x"
  c = local.a
}

terraform "app" {
  inputs = {
    replicas = local.a
  }
}
