terraform "../app" {
}
