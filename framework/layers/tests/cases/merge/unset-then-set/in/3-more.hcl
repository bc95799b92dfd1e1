terraform "web" {
  inputs = {
    a = { c = 2 }
  }
}
