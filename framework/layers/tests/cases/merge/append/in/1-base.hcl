terraform "web" {
  inputs = {
    l = [1]
  }
}
