locals {
  l = append([2])
  m = { a = unset }
}
