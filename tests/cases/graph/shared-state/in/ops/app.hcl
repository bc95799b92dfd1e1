terraform "app" {
  state = "platform"
}
