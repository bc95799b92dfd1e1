terraform "app" {
  renamed_from = "network"
}
