terraform "web" {
  inputs = {
    l = prepend([2])
  }
}
