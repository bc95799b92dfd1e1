terraform "web" {
  inputs = {
    pools = merge_by("name", [{ name = local.typo }])
  }
}
