terraform "web" {
  inputs = {
    a = { b = terraform.vpc.id }
  }
}
