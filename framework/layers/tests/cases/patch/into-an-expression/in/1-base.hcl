terraform "web" {
  inputs = {
    a = merge({ b = 1 }, { c = [1] })
  }
}
