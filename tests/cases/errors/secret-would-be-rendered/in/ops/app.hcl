terraform "app" {
  inputs = {
    tags = { password = sensitive("x") }
  }
}
