terraform "eks" {
  inputs =
    name = "x"
    "odd key" = 1
  }
}
locals {
  a = override(})
  b = [
    { c = d.e*], f = 1 },
  ]
}
z = 
