terraform "web" {
  inputs = {
    a = unset
  }
}
