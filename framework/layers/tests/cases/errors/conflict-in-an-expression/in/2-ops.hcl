terraform "web" {
  inputs = {
    a = tostring(1)
  }
}
