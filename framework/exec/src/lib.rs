//! Child processes: groups, timeouts, bounded capture, redaction.
//!
//! The only crate that starts programs. A child gets its own process group, an
//! environment given in full, no terminal, a time limit and a bounded record of
//! what it prints. Stopping goes up a ladder: SIGINT, SIGTERM, SIGKILL, each to
//! the whole group, so that terraform can release its state lock.
//!
//! ```ignore
//! let cancel = Cancel::new();
//! let _signals = cancel.on_signals()?;             // Ctrl-C, once, in the CLI
//! let context = Context { clock: &Monotonic::start(), cancel: &cancel };
//! let outcome = Command::new("/usr/bin/make")
//!     .args(["check"])
//!     .folder("/some/where")
//!     .environment(environment.only(&["PATH", "HOME"], &[]))
//!     .timeout(Duration::from_secs(600))
//!     .secrets(Secrets::new([password]))
//!     .run(&context, &mut |line| progress(line.text))?;
//! if !outcome.success() { report(outcome.stderr.text()) }
//! ```
//!
//! [`jobs::run`] runs a dependency graph of such things with bounded parallelism.

mod cancel;
mod capture;
mod clean;
mod clock;
pub mod codes;
mod command;
mod environment;
mod error;
mod group;
pub mod jobs;
mod mailbox;
mod pump;
mod redact;
mod watch;

pub use cancel::{Cancel, Level, SignalGuard};
pub use capture::{Captured, Keep};
pub use clean::strip_controls;
pub use clock::{Clock, Frozen, Monotonic};
pub use command::{Command, Context, Exit, Ladder, Leftovers, Line, Outcome, Stopped, Stream};
pub use environment::{Environment, find_program};
pub use error::ExecError;
pub use redact::Secrets;
