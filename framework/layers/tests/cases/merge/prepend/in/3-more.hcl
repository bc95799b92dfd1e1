terraform "web" {
  inputs = {
    l = append([3])
  }
}
