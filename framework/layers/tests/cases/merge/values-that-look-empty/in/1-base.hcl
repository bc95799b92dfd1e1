terraform "web" {
  inputs = {
    a = "x"
    b = 1
    c = true
    d = [1]
    e = { f = 1 }
    g = { f = 1 }
  }
}
