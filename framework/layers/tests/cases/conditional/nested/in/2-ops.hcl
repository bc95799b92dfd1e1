terraform "web" {
  inputs = {
    a = env.production ? unset : (env.name == "ops" ? append([2]) : [3])
  }
}
