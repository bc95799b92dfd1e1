terraform "web" {
  inputs = {
    name = "fixed"
    list = append([terraform.dns.zone])
  }
}
