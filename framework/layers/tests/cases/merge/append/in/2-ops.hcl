terraform "web" {
  inputs = {
    l = append([2])
  }
}
