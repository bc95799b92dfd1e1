terraform "web" {
  inputs = {
    a = { b = { c = 1 } }
  }
}
