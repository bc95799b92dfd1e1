terraform "web" {
  inputs = {
    a = { c = 4 }
  }
}
