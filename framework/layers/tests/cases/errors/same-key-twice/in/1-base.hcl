terraform "web" {
  inputs = {
    a = { b = 1 }
    a = { c = 2 }
  }
}
