terraform "ap" {
  inputs = {
    replicas = 3
  }
}
