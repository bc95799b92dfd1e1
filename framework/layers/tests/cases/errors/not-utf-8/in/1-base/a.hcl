terraform "web" {
  inputs = { a = "ÿ" }
}
