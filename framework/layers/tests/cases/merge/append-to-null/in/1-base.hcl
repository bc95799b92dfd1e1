terraform "web" {
  inputs = {
    l = null
  }
}
