# A file of its own: within one file, runs share a state, and what a change
# ignores would be left of an earlier cluster.
mock_provider "google" {
  mock_resource "google_service_account" {
    defaults = { email = "nodes@acme-platform.iam.gserviceaccount.com" }
  }
  mock_resource "google_container_cluster" {
    defaults = {
      id             = "projects/acme-platform/locations/europe-west1/clusters/gc0"
      endpoint       = "10.0.0.2"
      master_version = "1.34.1-gke.1"
      master_auth    = { cluster_ca_certificate = "Y2E=" }
      control_plane_endpoints_config = {
        dns_endpoint_config = { endpoint = "gke-1.europe-west1.gke.goog" }
      }
    }
  }
}

variables {
  name_prefix   = "gc0"
  environment   = "ops"
  region        = "europe-west1"
  project_id    = "acme-platform"
  network_id    = "projects/acme-platform/global/networks/net"
  subnetwork_id = "projects/acme-platform/regions/europe-west1/subnetworks/nodes"
  node_pool     = { machine_type = "n4-standard-4", min_size = 1, max_size = 3 }
}

run "autopilot" {
  variables {
    mode       = "autopilot"
    node_pool  = null
    node_roles = ["roles/container.defaultNodeServiceAccount"]
  }

  assert {
    condition     = google_container_cluster.this.enable_autopilot && google_container_cluster.this.remove_default_node_pool == null && google_container_cluster.this.enable_shielded_nodes == null && length(google_container_cluster.this.workload_identity_config) == 0 && length(google_container_cluster.this.node_config) == 0 && length(module.node_pool) == 0
    error_message = "Autopilot refuses to be told what it does anyway."
  }
  assert {
    condition     = google_container_cluster.this.cluster_autoscaling[0].auto_provisioning_defaults[0].service_account == "nodes@acme-platform.iam.gserviceaccount.com" && length(google_project_iam_member.nodes) == 1
    error_message = "Autopilot's nodes have an account of their own, too."
  }
}
