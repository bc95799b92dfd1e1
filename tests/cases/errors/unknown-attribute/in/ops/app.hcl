terraform "app" {
  input = {}
}
