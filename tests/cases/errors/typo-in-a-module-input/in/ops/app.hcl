terraform "app" {
  inputs = {
    replicsa = 3
  }
}
