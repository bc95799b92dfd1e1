terraform "web" {
  inputs = {
    a = [1]
  }
}
