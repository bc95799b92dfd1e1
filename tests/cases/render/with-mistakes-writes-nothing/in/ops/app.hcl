terraform "app" {
  inputs = {
    replicsa = 1
  }
}
