terraform "web" {
  inputs = {
    a = { d = 1 }
    b = terraform.vpc.map
    l = append([1])
    k = append(terraform.vpc.list)
  }
}
