//! What can go wrong.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use terrace_diag::Diagnostic;
use terrace_exec::ExecError;
use terrace_release::{Digest, Fault};

use crate::codes;
use crate::lock::Holder;
use crate::session::Step;

/// A plan, an apply or what leads to it that did not work or was refused.
#[derive(Debug, thiserror::Error)]
pub enum TerraformError {
    /// A program could not be run.
    #[error(transparent)]
    Exec(#[from] ExecError),
    /// Neither terraform nor tofu.
    #[error("neither `terraform` nor `tofu` is in PATH")]
    NoTool,
    /// Its version cannot be read.
    #[error("`{}` does not answer `version -json` as terraform or tofu does", program.display())]
    Version {
        /// Which program.
        program: PathBuf,
        /// What it printed.
        output: String,
    },
    /// Variables that would change what a plan means.
    #[error("{} must not be set", names.join(", "))]
    Variables {
        /// Their names.
        names: Vec<String>,
    },
    /// Names, needs or sources that do not fit together.
    #[error("{message}")]
    Roots {
        /// What does not fit.
        message: String,
    },
    /// Roots that need each other.
    #[error("roots need each other: {}", members.join(" → "))]
    Cycle {
        /// Each needs the next; the first stands at the end again.
        members: Vec<String>,
    },
    /// The bytes of a root are not the release's.
    #[error("root `{root}` is not what the release lists: {}", shown(faults))]
    Source {
        /// The root.
        root: String,
        /// What differs.
        faults: Vec<Fault>,
    },
    /// The bytes of a root are those of another digest.
    #[error("root `{root}` has the digest {}, not {}", found.short(), expected.short())]
    Digest {
        /// The root.
        root: String,
        /// What the release says.
        expected: Digest,
        /// What the bytes have.
        found: Digest,
    },
    /// A work folder is not what was planned.
    #[error("the work folder of `{root}` changed: {}", shown(faults))]
    WorkChanged {
        /// The root.
        root: String,
        /// What differs.
        faults: Vec<Fault>,
    },
    /// A state file in a work folder.
    #[error("`{}` is a state file in a work folder", path.display())]
    StateInWork {
        /// The file.
        path: PathBuf,
        /// The data folder to use with it.
        data: PathBuf,
    },
    /// Another process works on the environment.
    #[error("environment `{environment}` is being worked on by {}", holder.as_ref().map_or_else(
        || String::from("another process"), ToString::to_string))]
    Locked {
        /// The environment.
        environment: String,
        /// Who, if it said so yet.
        holder: Option<Holder>,
    },
    /// A journal that is there and cannot be understood.
    #[error("`{}` cannot be read: {detail}", path.display())]
    Journal {
        /// The file.
        path: PathBuf,
        /// Why.
        detail: String,
    },
    /// An empty local state file.
    #[error("the state file `{}` of `{root}` is empty", path.display())]
    TornState {
        /// The root.
        root: String,
        /// The file.
        path: PathBuf,
    },
    /// A call failed.
    #[error("{step} of `{root}` failed ({how}){}", errors.first().map_or_else(String::new,
        |error| format!(": {error}")))]
    Step {
        /// The root.
        root: String,
        /// Which call.
        step: Step,
        /// How it ended.
        how: String,
        /// Terraform's own error lines.
        errors: Vec<String>,
        /// All it printed, start and end, redacted.
        log: String,
    },
    /// A call took too long.
    #[error("{step} of `{root}` took longer than {} s{}", after.as_secs(),
        if *killed { " and had to be killed" } else { "" })]
    TimedOut {
        /// The root.
        root: String,
        /// Which call.
        step: Step,
        /// The limit.
        after: Duration,
        /// Whether it had no chance to save its state.
        killed: bool,
    },
    /// A call was stopped.
    #[error("{step} of `{root}` was interrupted{}",
        if *killed { " and had to be killed" } else { "" })]
    Interrupted {
        /// The root.
        root: String,
        /// Which call.
        step: Step,
        /// Whether it had no chance to save its state.
        killed: bool,
    },
    /// The saved plan is not the one that was made.
    #[error("the saved plan of `{root}` {detail}")]
    PlanDiffers {
        /// The root.
        root: String,
        /// In which way.
        detail: &'static str,
    },
    /// The saved plan holds another configuration.
    #[error("the plan of `{root}` was made from another `{file}`")]
    PlanConfiguration {
        /// The root.
        root: String,
        /// The file that differs.
        file: String,
    },
    /// `show -json` or the plan file cannot be understood.
    #[error("the plan of `{root}` cannot be read: {detail}")]
    PlanUnreadable {
        /// The root.
        root: String,
        /// Why.
        detail: String,
    },
    /// The plan deletes or replaces.
    #[error("the plan of `{root}` deletes {} and replaces {} resources: {}",
        deletes.len(), replaces.len(), some(deletes.iter().chain(replaces)))]
    DestroyGuard {
        /// The root.
        root: String,
        /// Addresses it deletes.
        deletes: Vec<String>,
        /// Addresses it replaces.
        replaces: Vec<String>,
    },
    /// Nobody approved this plan.
    #[error("{}", match approved.as_slice() {
        [] => format!("nobody approved the plan of `{root}` ({})", plan.short()),
        [approved, ..] => format!(
            "the plan of `{root}` is {} now, {} was approved: the state or the world has moved",
            plan.short(),
            approved.short()
        ),
    })]
    NotApproved {
        /// The environment.
        environment: String,
        /// The root.
        root: String,
        /// The plan that was made.
        plan: Digest,
        /// Plans of the root that were approved.
        approved: Vec<Digest>,
    },
    /// The root's state would be at another place.
    #[error("the backend of `{root}` is not the one it was last applied with")]
    StateMoved {
        /// The root.
        root: String,
        /// Its work folder, with the new backend.
        work: PathBuf,
    },
    /// A file could not be read or written.
    #[error("`{}`: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
}

fn shown(faults: &[Fault]) -> String {
    some(faults)
}

/// The first few, and how many more.
fn some<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let all: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    let mut text = all.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
    if all.len() > 3 {
        text.push_str(&format!(" and {} more", all.len() - 3));
    }
    text
}

/// Names the path of an I/O error.
pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> TerraformError {
    let path = path.to_owned();
    move |source| TerraformError::Io { path, source }
}

impl TerraformError {
    /// A guard said no, as against something that failed.
    pub fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::DestroyGuard { .. } | Self::StateMoved { .. } | Self::NotApproved { .. }
        )
    }

    /// Another process was first, here or at the state; trying again may succeed.
    pub fn is_lock(&self) -> bool {
        match self {
            Self::Locked { .. } => true,
            Self::Step { errors, .. } => errors
                .iter()
                .any(|error| error.starts_with("Error acquiring the state lock")),
            _ => false,
        }
    }

    /// Bytes that do not verify.
    pub fn is_integrity(&self) -> bool {
        matches!(
            self,
            Self::Source { .. }
                | Self::Digest { .. }
                | Self::WorkChanged { .. }
                | Self::PlanDiffers { .. }
                | Self::PlanConfiguration { .. }
                | Self::Journal { .. }
                | Self::TornState { .. }
        )
    }

    /// The run was stopped from outside.
    pub fn is_interruption(&self) -> bool {
        matches!(self, Self::Interrupted { .. })
    }

    /// Terraform may have been in the middle of an apply when it ended.
    pub fn was_killed(&self) -> bool {
        matches!(
            self,
            Self::Interrupted { killed: true, .. } | Self::TimedOut { killed: true, .. }
        )
    }

    /// As a message for people.
    pub fn diagnostic(&self) -> Diagnostic {
        let (code, help) = match self {
            Self::Exec(error) => return error.diagnostic(),
            Self::NoTool => (
                &codes::NO_TERRAFORM,
                vec![String::from(
                    "install terraform or tofu; everything else works without",
                )],
            ),
            Self::Version { .. } => (&codes::TERRAFORM_VERSION, Vec::new()),
            Self::Variables { names } => (
                &codes::REFUSED_VARIABLES,
                vec![format!("unset {}", names.join(" "))],
            ),
            Self::Roots { .. } => (&codes::BAD_ROOTS, Vec::new()),
            Self::Cycle { .. } => (&codes::ROOT_CYCLE, Vec::new()),
            Self::Source { faults, .. } => (
                &codes::SOURCE_DIFFERS,
                faults
                    .iter()
                    .skip(3)
                    .take(20)
                    .map(ToString::to_string)
                    .collect(),
            ),
            Self::Digest { .. } => (&codes::SOURCE_DIFFERS, Vec::new()),
            Self::WorkChanged { .. } => (&codes::WORK_CHANGED, Vec::new()),
            Self::StateInWork { path, data } => (
                &codes::STATE_IN_WORK_FOLDER,
                vec![format!(
                    "cd {} && TF_DATA_DIR={} terraform state push {}, then delete it",
                    path.parent().unwrap_or(path).display(),
                    data.display(),
                    path.file_name().unwrap_or_default().display()
                )],
            ),
            Self::Locked { .. } => (
                &codes::WORK_LOCKED,
                vec![String::from("wait for it, then try again")],
            ),
            Self::Journal { path, .. } => (
                &codes::JOURNAL_UNREADABLE,
                vec![format!("delete {} when the state is right", path.display())],
            ),
            Self::TornState { path, .. } => (
                &codes::TORN_STATE,
                vec![format!("look for {}.backup", path.display())],
            ),
            Self::Step { errors, .. } => (
                &codes::TERRAFORM_FAILED,
                errors.iter().skip(1).take(20).cloned().collect(),
            ),
            Self::TimedOut { .. } => (&codes::TERRAFORM_TIMED_OUT, Vec::new()),
            Self::Interrupted { .. } => (&codes::TERRAFORM_INTERRUPTED, Vec::new()),
            Self::PlanDiffers { .. } => (&codes::PLAN_DIFFERS, Vec::new()),
            Self::PlanConfiguration { .. } => (&codes::PLAN_CONFIGURATION, Vec::new()),
            Self::PlanUnreadable { .. } => (&codes::PLAN_UNREADABLE, Vec::new()),
            Self::DestroyGuard { root, .. } => (
                &codes::DESTROY_GUARD,
                vec![format!("if that is meant: --allow-destroy {root}")],
            ),
            Self::NotApproved { environment, .. } => (
                &codes::NOT_APPROVED,
                vec![format!(
                    "terrace plan {environment}, look at it, then have it approved: terrace approve {environment}"
                )],
            ),
            Self::StateMoved { work, .. } => (
                &codes::STATE_MOVED,
                vec![
                    String::from(
                        "in a folder with the old backend: terraform state pull > state.json",
                    ),
                    format!("in {}: terraform state push state.json", work.display()),
                ],
            ),
            Self::Io { .. } => (&codes::WORK_IO, Vec::new()),
        };
        let mut diagnostic = Diagnostic::error(code, self.to_string());
        diagnostic.help = help;
        diagnostic
    }
}
