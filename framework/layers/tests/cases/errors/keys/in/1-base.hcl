terraform "web" {
  inputs = {
    ([1]) = 1
    (terraform.vpc.id) = 2
    (local.none) = 3
  }
}
