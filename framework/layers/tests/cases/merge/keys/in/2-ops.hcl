terraform "web" {
  inputs = {
    "with space" = { "a.b" = 2 }
    ops = { y = 2 }
  }
}
