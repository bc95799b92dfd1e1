variable "foo" {
  type = string
}
variable "bar" {
  type    = list(string)
  default = baz
}
variable "m" /* d */ {
  type = map(any)
}
variable "s" {
  type = set(any)
  nested {
    type = list
  }
}
resource "a" "bé" "c" "" {
  type = list
}
type = list
