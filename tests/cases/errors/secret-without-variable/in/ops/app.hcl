terraform "app" {
  secrets = ["passwrod"]
}
