terraform "web" {
  inputs = {
    a = append([1])
    b = merge_by("name", [{ name = "x" }])
  }
}
