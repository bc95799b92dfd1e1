terraform "app" {
  enabled = false
}
