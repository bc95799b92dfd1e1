terraform "web" {
  inputs = {
    a = override({ d = 3 })
    l = override("now a string")
    s = override({ deep = { deeper = 1 } })
  }
}
