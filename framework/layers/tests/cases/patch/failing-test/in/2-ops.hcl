terraform "web" {
  patch = [
    { op = "replace", path = "/a/b", value = 5 },
    { op = "test", path = "/a/l/0", value = 2 },
  ]
}
