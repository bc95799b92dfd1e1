terraform "web" {
  inputs = {
    a = override({ d = 1 })
    b = override(terraform.vpc.map)
  }
}
