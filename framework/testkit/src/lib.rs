//! Test helpers: temporary repositories, a git server, fake tools, output normalisers.
//!
//! ```ignore
//! let sandbox = Sandbox::git("
//! -- terrace.hcl --
//! platform \"acme\" {}
//! -- gates/smoke.sh +x --
//! #!/bin/sh
//! exit 0
//! ");
//! let tflint = FakeTool::new(&sandbox, "tflint").prints("all good\n").exits(0);
//! let cli = Cli::new(env!("CARGO_BIN_EXE_terrace"), &sandbox).tool(&tflint);
//! let ran = cli.run(["validate", "ops"]);
//! assert_eq!(ran.code, 0, "{ran}");
//! assert_eq!(ran.stdout, "…");                // paths, digests and durations normalised
//! assert_eq!(tflint.calls()[0].args, ["--format=json"]);
//! ```
//!
//! Helpers panic with what went wrong: they are for tests only.

mod cli;
mod fake;
mod http;
mod layout;
mod normalise;
mod proxy;
mod sandbox;
mod server;
mod terminal;
mod tls;

pub use cli::{Cli, Ran};
pub use fake::{Call, FakeTool};
pub use http::{HttpServer, Reply, Request, git_http_backend};
pub use layout::{read_layout, write_layout};
pub use normalise::Normaliser;
pub use proxy::ConnectProxy;
pub use sandbox::{Sandbox, process_path, tool, variables};
pub use server::GitServer;
pub use tls::{Authority, Identity, Validity};
