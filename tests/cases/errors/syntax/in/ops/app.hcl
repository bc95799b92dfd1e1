terraform "app" {
  inputs = {
    replicas = 
    tags = { a = "b }
  }
