terraform "web" {
  inputs = {
    tags = merge({ a = 1 }, { b = 2 })
    zones = [for z in ["a", "b"] : upper(z)]
  }
}
