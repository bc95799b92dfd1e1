terraform "app" {
  inputs = {
    tags = { now = timestamp(), home = pathexpand("~"), file = file("/etc/hostname") }
  }
}
