terraform "web" {
  inputs = {
    a = ""
    b = 0
    c = false
    d = []
    e = {}
    g = override({})
  }
}
