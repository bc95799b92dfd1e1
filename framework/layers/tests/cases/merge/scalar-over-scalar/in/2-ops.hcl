terraform "web" {
  inputs = {
    a = 2
    b = "y"
    c = false
  }
}
