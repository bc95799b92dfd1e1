kustomize "web" {
  namespace = "web-${env.name}"

  images = [{ name = "registry.example/web", newTag = "2.0.0" }]
}
