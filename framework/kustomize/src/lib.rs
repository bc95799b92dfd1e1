//! Kustomize builds in process, byte for byte what kustomize prints.
