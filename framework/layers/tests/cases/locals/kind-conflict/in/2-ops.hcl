locals {
  a = [1]
}
