mock_provider "kind" {
  mock_resource "kind_cluster" {
    defaults = { endpoint = "https://127.0.0.1:6443" }
  }
}

variables {
  name_prefix = "gc0"
  environment = "ops"
}

run "defaults" {
  assert {
    condition     = output.name == "gc0-ops" && output.context == "kind-gc0-ops" && output.endpoint == "https://127.0.0.1:6443" && output.domain == ""
    error_message = "Wrong outputs."
  }
  assert {
    condition     = length(kind_cluster.this.kind_config[0].node) == 1 && kind_cluster.this.kind_config[0].networking[0].api_server_address == "127.0.0.1" && kind_cluster.this.wait_for_ready && strcontains(kind_cluster.this.node_image, "@sha256:")
    error_message = "One pinned node that only this machine reaches."
  }
}

run "everything_set" {
  variables {
    base_domain     = "infra.acme.example"
    node_image      = "kindest/node:v1.33.4@sha256:0000000000000000000000000000000000000000000000000000000000000000"
    control_planes  = 3
    workers         = [{ labels = { "topology.kubernetes.io/zone" = "a" } }, {}]
    ports           = { "8080" = { node_port = 30080 }, "5353" = { node_port = 30053, protocol = "UDP", address = "0.0.0.0" } }
    api_server      = { address = "127.0.0.2", port = 6550 }
    pod_cidr        = "10.10.0.0/16"
    service_cidr    = "10.11.0.0/16"
    default_cni     = false
    kubeconfig_path = "kubeconfig"
  }
  assert {
    condition     = length(kind_cluster.this.kind_config[0].node) == 5 && kind_cluster.this.kind_config[0].node[3].labels["topology.kubernetes.io/zone"] == "a" && kind_cluster.this.kind_config[0].node[4].role == "worker"
    error_message = "Three control planes and two workers."
  }
  assert {
    condition     = length(kind_cluster.this.kind_config[0].node[0].extra_port_mappings) == 2 && length(kind_cluster.this.kind_config[0].node[1].extra_port_mappings) == 0 && kind_cluster.this.kind_config[0].node[0].extra_port_mappings[1].host_port == 8080 && kind_cluster.this.kind_config[0].node[0].extra_port_mappings[1].listen_address == "127.0.0.1"
    error_message = "Ports lead to the first node."
  }
  assert {
    condition     = kind_cluster.this.kind_config[0].networking[0].api_server_port == 6550 && kind_cluster.this.kind_config[0].networking[0].pod_subnet == "10.10.0.0/16" && kind_cluster.this.kind_config[0].networking[0].service_subnet == "10.11.0.0/16" && kind_cluster.this.kind_config[0].networking[0].disable_default_cni && !kind_cluster.this.wait_for_ready
    error_message = "Networking, and no waiting for a plugin that is not there."
  }
  assert {
    condition     = kind_cluster.this.kubeconfig_path == "kubeconfig" && output.fqdn == "gc0.ops.infra.acme.example" && startswith(kind_cluster.this.node_image, "kindest/node:v1.33.4@")
    error_message = "Credentials, names and image."
  }
}

run "refuses" {
  command = plan
  variables {
    node_image     = "kindest/node:latest"
    control_planes = 2
    workers        = [{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}]
    ports          = { "http" = { node_port = 30080 } }
    api_server     = { address = "localhost" }
    pod_cidr       = "pods"
    service_cidr   = "services"
  }
  expect_failures = [
    var.node_image,
    var.control_planes,
    var.workers,
    var.ports,
    var.api_server,
    var.pod_cidr,
    var.service_cidr,
  ]
}
