terrafrom "app" {
}
