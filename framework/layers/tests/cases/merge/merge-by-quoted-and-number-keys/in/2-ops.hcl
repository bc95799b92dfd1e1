terraform "web" {
  inputs = {
    pools = merge_by("id", [{ "id" = 1, w = 1 }, { id = "2", w = 2 }])
  }
}
