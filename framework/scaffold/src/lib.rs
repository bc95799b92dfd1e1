//! Starters, modules and bases written as a new platform repository.
//!
//! [`STARTERS`] lists what there is and which options each takes; [`scaffold`]
//! is the pure function from answers to files; [`write_new`] puts files into a
//! folder that was not there. The files themselves are part of the program:
//! templates in `starters/`, modules and bases from the repository's folders of
//! those names.

mod catalog;
mod codes;
mod compose;
mod embedded;
mod options;
mod write;

pub use catalog::{STARTERS, Starter, starter};
pub use codes::CODES;
pub use compose::{File, default_answer, scaffold};
pub use options::{Answers, Kind, OptionSpec};
pub use write::{Free, Staged, WriteError, must_be_free, stage, write_new};
