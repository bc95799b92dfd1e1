# A cluster in containers on this machine, and three workers that play zones.
terraform "kind_gc0" {
  source = "./modules/kind/cluster"

  inputs = {
    name_prefix = "gc0"
    environment = env.name
    base_domain = platform.base_domain

    workers = [
      { labels = { "topology.kubernetes.io/zone" = "a" } },
      { labels = { "topology.kubernetes.io/zone" = "b" } },
      { labels = { "topology.kubernetes.io/zone" = "c" } },
    ]

    ports = {
      (env.http_port)  = { node_port = 30080 }
      (env.https_port) = { node_port = 30443 }
    }
  }
}
