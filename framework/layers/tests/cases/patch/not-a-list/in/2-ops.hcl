terraform "web" {
  patch = { op = "remove", path = "/a" }
}
