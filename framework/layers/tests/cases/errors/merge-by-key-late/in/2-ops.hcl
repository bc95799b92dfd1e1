terraform "web" {
  inputs = {
    pools = merge_by("name", [{ name = terraform.vpc.id }])
  }
}
