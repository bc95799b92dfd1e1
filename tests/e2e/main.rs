//! Black-box tests of the binary.
//!
//! | file | what it tests |
//! |---|---|
//! | `cases.rs` | the data folders in `tests/cases`: commands with their stdout, stderr and exit codes |
//! | `checkov.rs` | what checkov says of the rendered starters |
//! | `kubernetes.rs` | bases and manifests, by kubectl and by the schemas of the API |
//! | `provenance.rs` | every leaf of every example and starter is written where `explain` says |
//! | `determinism.rs` | the same bytes whatever the surroundings |
//! | `init.rs` | scaffolding by flags and on a terminal |
//! | `interrupted.rs` | renders that are killed, or run at the same time |
//! | `starters.rs` | every starter with every option, against the true schemas |
//! | `terraform.rs` | what terraform makes of the rendered roots; tools that misbehave |
//! | `vendor/` | remote sources vendored from servers on loopback, then built without them |
//! | `demo.rs` | the whole way with and without terraform |
//! | `scenarios/` | the named scenarios of promotion: what is let through, what is refused |

mod cases;
mod checkov;
mod demo;
mod determinism;
mod init;
mod interrupted;
mod kubernetes;
mod provenance;
mod scenarios;
mod starters;
mod support;
mod terraform;
mod vendor;
