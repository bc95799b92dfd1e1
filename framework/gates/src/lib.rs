//! Gates: checks with a verdict, run as a graph with timeouts.
//!
//! A gate passes, fails, is skipped (its tool is not installed) or errs (killed,
//! interrupted, not startable). A command fails with any exit status but 0, and
//! when its time is over. Only "passed" opens an edge: a required gate that was
//! skipped does not. Only "failed" speaks against the environment: what was
//! skipped or has erred says nothing about it.
//!
//! ```ignore
//! let plan = Gates::new(gates)?;                       // names, needs, cycles: all at once
//! let report = plan.run(&setting, &builtins, &Options { parallel: 4, fail_fast: false },
//!                       &context, &|event| progress(event));
//! for unmet in report.unmet(edge.gates) { say(unmet) }
//! ```
//!
//! The caller gives the folder that commands run in: a fresh export of the
//! commit whose policy digest the evidence names. The built-in gates are run by
//! the caller through [`Builtins`], since they need a compiler and terraform.

pub mod codes;
mod command;
mod model;
mod report;
mod run;

pub use command::Setting;
pub use model::{Action, Builtin, Gate, Gates};
pub use report::{Checked, Finding, GateResult, Log, Reason, Report, Unmet, Verdict};
pub use run::{Builtins, Event, Options};
