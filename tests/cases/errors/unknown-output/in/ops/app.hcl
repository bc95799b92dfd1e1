terraform "app" {
  inputs = {
    network_id = terraform.network.ids
  }
}
