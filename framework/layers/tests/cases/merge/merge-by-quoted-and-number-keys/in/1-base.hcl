terraform "web" {
  inputs = {
    pools = [{ "id" = 1, v = 1 }, { id = 2 }]
  }
}
