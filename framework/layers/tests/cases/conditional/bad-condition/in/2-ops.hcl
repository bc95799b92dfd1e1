terraform "web" {
  inputs = {
    a = env.nam == "x" ? append([2]) : [3]
  }
}
