terraform "web" {
  inputs = {
    a = env.production ? append([2]) : prepend([3])
    b = env.name == "ops" ? unset : [9]
    c = (env.production ? unset : override({ f = 2 }))
    e = env.production ? 2 : 3
  }
}
