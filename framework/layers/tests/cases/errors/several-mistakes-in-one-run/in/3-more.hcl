terraform "web" {
  inputz = {}
}
