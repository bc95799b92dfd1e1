//! Running terraform or tofu: work folders, waves, plans and applies.
//!
//! Terraform runs in work folders that hold exactly a release's bytes, never in
//! `rendered/`. A root is planned only when the roots it reads from are applied
//! at the release's digest; an apply is always of a saved plan that was made in
//! the same run, journalled before it begins, and never tried twice.
//!
//! ```ignore
//! let context = Context { clock: &clock, cancel: &cancel };
//! let tool = Tool::find(&variables, None, &context)?;            // NoTool: say so, do the rest
//! let request = Request {
//!     project: &repository_folder, environment: "ops", tool: &tool,
//!     roots: vec![Root { name, digest, source: RootSource::Files(files_of_the_release),
//!                        needs, applied: from_the_ledger }],
//!     removed: vec![],                                           // in the current release only
//!     variables: &process_environment, secrets: &declared_secrets,
//!     options: Options { allow_destroy, ..Options::default() },
//!     holder: Holder { command: "terrace apply ops".into(), pid, host, started },
//! };
//! let run = Run::begin(&request)?;                               // Locked: exit 4
//! let report = run.apply(&context, &|event| match event {
//!     Event::ApplyDone(root) => append_step_to_the_ledger(root),
//!     Event::Line { root, line, .. } => progress(root, line.text),
//!     _ => {}
//! });
//! // all done: 0 · report.has_begun() and not complete: 6 · only refusals: 3
//! let clean = run.plan(&context, &events).is_clean();            // the gate `plan_clean`
//! let valid = run.check(Check::Validate, &context, &events);     // the gate `validate`
//! ```
//!
//! | file | what it holds |
//! |---|---|
//! | `run.rs` | [`Run`]: an environment's roots in order |
//! | `graph.rs` | which root comes after which, removed ones included |
//! | `session.rs` | one root's calls, from `init` to `apply` |
//! | `work.rs`, `source.rs`, `layout.rs` | the release's bytes in work folders |
//! | `summary.rs`, `plan_file.rs` | what a plan does, and from what it was made |
//! | `journal.rs`, `lock.rs` | crashes and rivals |
//! | `identity.rs` | where a state is |

mod check;
pub mod codes;
mod error;
mod graph;
mod identity;
mod journal;
mod layout;
mod lock;
mod plan_file;
mod report;
mod request;
mod run;
mod session;
mod source;
mod summary;
mod tool;
mod variables;
mod work;

pub use check::{Check, Problem, RootCheck};
pub use error::TerraformError;
pub use identity::{StateId, state_identity};
pub use journal::{Phase, Record};
pub use layout::Layout;
pub use lock::{Holder, WorkLock};
pub use report::{
    ApplyOutcome, ApplyReport, PlanOutcome, PlanReport, Purpose, RootApply, RootPlan, Skip,
};
pub use request::{Applied, Event, Events, Options, Removed, Request, Root, Timeouts};
pub use run::{Output, Run};
pub use session::Step;
pub use source::RootSource;
pub use summary::{Action, PlanSummary, ResourceChange};
pub use tool::{Engine, Tool};

#[cfg(test)]
mod fake_tests;
#[cfg(test)]
mod run_tests;
#[cfg(test)]
mod testing;
