locals {
  a = unset
}
