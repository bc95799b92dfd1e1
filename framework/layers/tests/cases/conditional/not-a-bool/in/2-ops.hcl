terraform "web" {
  inputs = {
    a = env.name ? append([2]) : [3]
  }
}
