terraform "web" {
  patch = [
    { op = "replace", path = "/a/bb", value = 5 },
  ]
}
