terraform "web" {
  patch = [
    { op = "replace", path = "/a/c/0", value = 2 },
  ]
}
