terraform "web" {
  patch = [
    { op = "move", from = "/a/b", path = "/c" },
    { op = "add", path = "/d", value = terraform.dns.zone },
  ]
}
