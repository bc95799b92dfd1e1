terraform "web" {
  inputs = {
    b = 2
  }
}
