terraform "web" {
  inputs = {
    pools = merge_by("name", [{ size = 1 }, "c"])
  }
}
