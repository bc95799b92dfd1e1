terraform "web" {
  inputs = {
    a = null
    b = null
    c = null
  }
}
