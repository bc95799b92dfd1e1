terraform "web" {
  sorce = "./x"
  replicas = 3
  inputs {
    a = 1
  }
}
