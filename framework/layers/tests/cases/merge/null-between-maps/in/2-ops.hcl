terraform "web" {
  inputs = {
    c = null
  }
}
