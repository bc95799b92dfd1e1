resource "a" "b" {
  tags = {
    x = 1

  y = 2
}
resource "c" "d" {
  a = foo(1, 2
  b = 1
}
