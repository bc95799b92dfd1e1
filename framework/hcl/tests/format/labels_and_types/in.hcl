variable foo {
  type = "string"
}
variable   "bar" {
  type    = "list"
  default = "${baz}"
}
variable /* c */ "m" /* d */ {
  type = map
}
variable "s" {
  type = set
  nested {
    type = list
  }
}
resource a "b\u00e9" c "" {
  type = list
}
type = list
