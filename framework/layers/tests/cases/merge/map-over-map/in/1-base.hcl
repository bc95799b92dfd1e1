terraform "web" {
  inputs = {
    a = { b = { c = 1, d = 2 }, e = 3 }
  }
}
