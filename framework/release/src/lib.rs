//! Digests, SHA256SUMS and release.json.
