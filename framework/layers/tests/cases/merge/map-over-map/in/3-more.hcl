terraform "web" {
  inputs = {
    a = { b = { f = 4 } }
  }
}
