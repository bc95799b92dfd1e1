terraform "web" {
  inputs = { a = { b = 5 } }
}
