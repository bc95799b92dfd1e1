module "metadata" {
  source = "../../metadata"

  name_prefix   = var.name_prefix
  environment   = var.environment
  base_domain   = var.base_domain
  provider_name = "kind"
  # Node names add to it, and host names have 63 characters.
  max_length = 45
}

locals {
  name = module.metadata.name
  # Ports lead to the first node only.
  control_planes = [for index in range(var.control_planes) : index == 0 ? var.ports : {}]
}

resource "kind_cluster" "this" {
  name            = local.name
  node_image      = var.node_image
  kubeconfig_path = var.kubeconfig_path
  # Without a network plugin nodes never become ready.
  wait_for_ready = var.default_cni

  kind_config {
    kind        = "Cluster"
    api_version = "kind.x-k8s.io/v1alpha4"

    networking {
      api_server_address  = var.api_server.address
      api_server_port     = var.api_server.port
      pod_subnet          = var.pod_cidr
      service_subnet      = var.service_cidr
      disable_default_cni = !var.default_cni
    }

    dynamic "node" {
      for_each = local.control_planes

      content {
        role   = "control-plane"
        labels = length(node.value) > 0 ? { "node-role.platform/ingress" = "true" } : null

        dynamic "extra_port_mappings" {
          for_each = node.value

          content {
            host_port      = tonumber(extra_port_mappings.key)
            container_port = extra_port_mappings.value.node_port
            protocol       = extra_port_mappings.value.protocol
            listen_address = extra_port_mappings.value.address
          }
        }
      }
    }

    dynamic "node" {
      for_each = var.workers

      content {
        role   = "worker"
        labels = node.value.labels
      }
    }
  }
}
