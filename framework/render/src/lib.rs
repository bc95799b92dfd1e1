//! The pure function from a compiled environment to the bytes of its folders.
//!
//! | file | what it writes |
//! |---|---|
//! | `terraform/` | a root: `main.tf`, `providers.tf`, `versions.tf`, … and the modules' files |
//! | `kustomize/` | a Kustomize component: `manifests.yaml`, `kustomization.yaml` |
//! | `environment.rs` | all folders of an environment with their `SHA256SUMS` |
//! | `manifest.rs` | `release.json` |
//! | `provenance/` | where every value of a folder comes from |
//! | `secrets.rs` | credentials that must not become a release |
//! | `lock.rs` | the platform's provider lock, cut to a root |
//! | `vendored.rs` | local copies of remote Kustomize bases |

pub mod codes;
mod environment;
mod kustomize;
mod lock;
mod manifest;
pub mod provenance;
mod secrets;
mod states;
mod terraform;
mod vendored;

pub use environment::{
    Assets, KustomizeMessages, RenderedEnvironment, RenderedFile, RenderedFolder, render,
};
pub use kustomize::KustomizeBuild;
pub use lock::LockFile;
pub use manifest::manifest;
pub use secrets::{Secret, secrets};
pub use states::check_states;
pub use vendored::VendoredBases;
