terraform "web" {
  inputs = override({ b = 2 })
}
