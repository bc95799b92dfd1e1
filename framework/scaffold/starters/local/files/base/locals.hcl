locals {
  zone_letters = ["a", "b", "c"]
  zones        = [for letter in local.zone_letters : "${env.region}-${letter}"]

  tags = {
    platform = platform.name
    team     = "platform"
  }
}
