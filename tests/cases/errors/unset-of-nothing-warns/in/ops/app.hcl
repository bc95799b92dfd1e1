terraform "app" {
  inputs = {
    replica = unset
  }
}
