terraform "web" {
  inputs = {
    l = [{ a = append([1]) }]
  }
}
