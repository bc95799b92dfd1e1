terraform "web" {
  inputs = {
    a = merge({ b = 1 }, {})
  }
}
