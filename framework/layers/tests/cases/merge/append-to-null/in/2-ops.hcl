terraform "web" {
  inputs = {
    l = append([1])
  }
}
