terraform "web" {
  inputs = {
    c = { b = 2 }
  }
}
