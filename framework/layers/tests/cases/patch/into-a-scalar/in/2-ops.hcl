terraform "web" {
  patch = [
    { op = "add", path = "/a/b/c", value = 5 },
  ]
}
