terraform "web" {
  inputs = {
    a = append()
    b = append([1], [2])
    c = merge_by([{ name = "x" }])
    d = override()
    e = append(1)
    f = prepend({ a = 1 })
    g = merge_by(3, [])
  }
}
