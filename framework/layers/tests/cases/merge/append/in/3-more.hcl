terraform "web" {
  inputs = {
    l = append([3, 4])
  }
}
