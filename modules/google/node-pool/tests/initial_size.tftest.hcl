# A file of its own: within one file, runs share a state, and later changes of
# the initial size are ignored.
mock_provider "google" {}

variables {
  project_id            = "acme-platform"
  cluster_id            = "gc0-ops-europe-west1"
  location              = "europe-west1"
  name                  = "default"
  service_account_email = "nodes@acme-platform.iam.gserviceaccount.com"
  machine_type          = "n4-standard-4"
  min_size              = 1
  max_size              = 3
}

run "at_creation" {
  variables {
    initial_size = 2
  }
  assert {
    condition     = google_container_node_pool.this.initial_node_count == 2
    error_message = "The pool starts with the initial size."
  }
}
