terraform "web" {
  inputs = {
    l = [{ a = prepend([2]), b = override({ c = 1 }) }]
  }
}
