terraform "web" {
  inputs = {
    a = { b = 1, c = 2 }
    l = [1]
    s = "x"
  }
}
