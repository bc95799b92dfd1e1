locals {
  a = 1
}

terraform "web" {
  inputs = { a = local.a }
}
