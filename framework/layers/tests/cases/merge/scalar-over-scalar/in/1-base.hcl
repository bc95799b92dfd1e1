terraform "web" {
  inputs = {
    a = "x"
    b = 1
    c = true
  }
}
