terraform "app" {
  inputs = {
    tags = { dns = terraform.dns.id }
  }
}
