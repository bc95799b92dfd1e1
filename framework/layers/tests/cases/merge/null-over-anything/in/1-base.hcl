terraform "web" {
  inputs = {
    a = 1
    b = [1]
    c = { d = 1 }
  }
}
