terraform "web" {
  patch = [
    { op = "move", from = "/a", path = "/a/c" },
  ]
}
