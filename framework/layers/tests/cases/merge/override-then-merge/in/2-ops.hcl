terraform "web" {
  inputs = {
    a = override({ c = 2 })
  }
}
