terraform "web" {
  inputs = {
    a = terraform.vpc.id
  }
}
