terraform "web" {
  inputs = { a = { b = 2 } }
  patch  = [{ op = "replace", path = "/a/b", value = 3 }]
}
