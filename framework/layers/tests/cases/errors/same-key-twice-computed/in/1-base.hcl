terraform "web" {
  inputs = {
    ops = { b = 1 }
    (env.name) = { c = 2 }
  }
}
