terraform "web" {
  inputs = {
    pools = merge_by("name", [{ name = "b", w = 3 }, { name = "a", w = 4 }])
  }
}
