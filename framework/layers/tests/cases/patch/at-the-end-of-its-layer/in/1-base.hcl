terraform "web" {
  inputs = {
    a = { b = 1 }
  }
}
