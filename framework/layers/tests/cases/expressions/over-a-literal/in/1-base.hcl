terraform "web" {
  inputs = {
    tags = { a = 1 }
    items = [{ name = "a" }]
  }
}
