terraform "app" {
  secrets = ["network_id"]
  inputs = {
    network_id = unset
  }
}
