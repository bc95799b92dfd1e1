# Smaller than apps.
terraform "app" {
  inputs = {
    node_pool = { instance_types = ["small"], min_size = 1, max_size = 3 }
  }
}
