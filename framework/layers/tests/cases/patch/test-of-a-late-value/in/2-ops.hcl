terraform "web" {
  patch = [
    { op = "test", path = "/a", value = "x" },
  ]
}
