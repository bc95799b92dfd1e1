terraform "web" {
  inputs = {
    pools = merge_by("name", [
      { name = "b", size = 20, spot = true },
      { name = "c", size = 3 },
      { name = "a", zones = append([2]) },
    ])
  }
}
