terraform "web" {
  inputs = {
    a = { b = 1, l = [1, 2, 3] }
    "x/y" = { "m~n" = 1 }
  }
}
