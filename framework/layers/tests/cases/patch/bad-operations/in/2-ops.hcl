terraform "web" {
  patch = [
    { op = "replce", path = "/a/b", value = 5 },
    { op = "add", path = "a/b", value = 5 },
    { op = "add", path = "/a" },
    { op = "move", path = "/a" },
    { path = "/a" },
    { op = "remove", path = "/a", vale = 1 },
    "remove /a",
    { op = "remove", path = 3 },
  ]
}
