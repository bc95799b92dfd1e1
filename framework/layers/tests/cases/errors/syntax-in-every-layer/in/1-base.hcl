terraform "web" {
  inputs = { a = }
}
