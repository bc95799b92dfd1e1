terraform "app" {
  inputs = {
    network_id = terraform.netwrok.id
  }
}
