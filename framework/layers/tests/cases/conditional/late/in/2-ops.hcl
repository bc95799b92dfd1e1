terraform "web" {
  inputs = {
    a = terraform.vpc.ready ? append([2]) : [3]
  }
}
