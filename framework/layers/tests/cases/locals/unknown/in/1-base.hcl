locals {
  cluster = 1
}

terraform "web" {
  inputs = { a = local.clutser }
}
