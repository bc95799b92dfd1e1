terraform "web" {
  inputs = {
    l = append([1])
    p = prepend([2])
    m = merge_by("name", [{ name = "a" }])
  }
}
