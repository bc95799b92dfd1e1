terraform "web" {
  inputs = {
    a = unset
    b = { c = unset }
  }
}
