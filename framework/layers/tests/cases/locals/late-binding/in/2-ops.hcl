locals {
  size = 10
  sizes = { c = local.size + 1 }
}
