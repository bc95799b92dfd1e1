terraform "web" {
  inputs = {
    pools = merge_by("name", [{ name = "b" }, { name = "b" }])
  }
}
