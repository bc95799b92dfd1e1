terraform "web" {
  patch = [
    { op = "test", path = "/a/b", value = 1 },
    { op = "add", path = "/a/c", value = { d = 4 } },
    { op = "replace", path = "/a/b", value = 10 },
    { op = "copy", from = "/a/c/d", path = "/e" },
    { op = "move", from = "/a/l/0", path = "/a/l/-" },
    { op = "add", path = "/a/l/1", value = 9 },
    { op = "remove", path = "/x~1y/m~0n" },
  ]
}
