terraform "web" {
  inputs = {
    a = terraform.vpc.map
    b = { c = 1 }
    l = terraform.vpc.list
    k = [1]
  }
}
