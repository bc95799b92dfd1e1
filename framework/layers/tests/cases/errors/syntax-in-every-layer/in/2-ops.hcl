terraform "web" {
  inputs = { b = [1 }
}
