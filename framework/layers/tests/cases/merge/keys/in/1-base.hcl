terraform "web" {
  inputs = {
    "with space" = { "a.b" = 1 }
    (env.name) = { x = 1 }
    "${env.name}-2" = 2
  }
}
