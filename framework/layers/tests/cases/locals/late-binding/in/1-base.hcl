locals {
  size = 1
  sizes = { a = local.size, b = 2 }
}

terraform "web" {
  inputs = { size = local.size, sizes = local.sizes }
}
