terraform "web" {
  patch = [
    { op = "remove", path = "/a/l/3" },
  ]
}
