terraform "web" {
  inputs = {
    a = terraform.vpc.map
    b = { c = 1 }
  }
}
