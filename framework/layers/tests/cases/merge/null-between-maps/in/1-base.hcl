terraform "web" {
  inputs = {
    c = { a = 1 }
  }
}
