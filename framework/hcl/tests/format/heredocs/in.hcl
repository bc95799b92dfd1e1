a = <<EOT
  b
 ${ c  }
  EOT
d = f(<<-X
    y
  X
, 1)
e = [
<<-X
    y
  X
]
g = {
 h = <<X
X
  iii = 1
}
