terraform "web" {
  inputs = {
    l = [1]
    p = [1]
    o = { a = 1 }
    u = 1
    pools = [{ name = "a", v = 1 }]
    n = 1
  }
}
