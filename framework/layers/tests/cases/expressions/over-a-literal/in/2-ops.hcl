terraform "web" {
  inputs = {
    tags = merge({ b = 2 }, {})
    items = merge_by("name", [for n in ["a", "b"] : { name = n, v = 1 }])
  }
}
