terraform "web" {
  inputs = {
    a = { d = 3 }
  }
}
