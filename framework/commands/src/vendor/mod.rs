//! `terrace vendor`: remote sources as local files with a digest.
//!
//! [`scan`] finds what the repository names, [`resolve`] fetches what is
//! missing until nothing is, [`report`] shows it, and `terrace_vendor::apply`
//! writes it.

mod check;
mod overlay;
mod report;
mod resolve;
mod scan;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use terrace_diag::Diagnostic;
use terrace_lock::LockFile;
use terrace_platform::config::Vendor;
use terrace_source::Tree;
use terrace_vendor::{Fetcher, Limits, Policy, apply, lock_folder};

use crate::ask::{self, Stop};
use crate::compile::Messages;
use crate::tree::DiskTree;
use crate::world::Talk;
use crate::{Exit, Input, Outcome, World, codes};
pub(crate) use check::changed_copies;
use resolve::Resolver;

/// Options of `terrace vendor`.
#[derive(Debug, Default, Clone)]
pub struct Options {
    /// Compare and write nothing, without the network.
    pub check: bool,
    /// Resolve again: these entries, or all where none is named.
    pub update: Option<Vec<String>>,
    /// Show and write nothing.
    pub dry_run: bool,
    /// Write an update without asking.
    pub yes: bool,
    /// Replace copies that were changed by hand.
    pub force: bool,
    /// Whether somebody is there to be asked.
    pub input: Input,
}

/// Vendors, checks or updates.
pub fn run(world: &World, options: &Options, talk: Talk<'_>) -> Outcome {
    let tree = match world.tree() {
        Ok(tree) => tree,
        Err(error) => return Outcome::error(error),
    };
    if options.check {
        return check::run(&tree);
    }
    let _held = match options.dry_run {
        true => None,
        false => match lock_folder(tree.root()) {
            Ok(Some(held)) => Some(held),
            Ok(None) => return Outcome::error(busy(tree.root())).exit(Exit::Busy),
            Err(error) => return Outcome::error(error),
        },
    };
    let outcome = write(world, &tree, options, talk);
    // Made for the lock alone; what is in it stays.
    let _ = std::fs::remove_dir(tree.root().join(terrace_lock::FOLDER));
    outcome
}

fn busy(root: &Path) -> Diagnostic {
    let folder = root.join(terrace_lock::FOLDER);
    Diagnostic::error(
        &codes::BUSY,
        format!("another terrace is vendoring into {}", folder.display()),
    )
}

fn write(world: &World, tree: &DiskTree, options: &Options, talk: Talk<'_>) -> Outcome {
    let mut messages = Messages::default();
    let found = scan::scan(tree, &mut messages);
    let Some(found) = found.filter(|_| !messages.has_errors()) else {
        return Outcome::messages(messages);
    };
    let old = found.lock.clone().unwrap_or_default();
    let fetcher = match fetcher(world, &found.vendor) {
        Ok(fetcher) => fetcher,
        Err(error) => return Outcome::error(error),
    };
    let mut resolver = Resolver::new(tree, &fetcher, (*old).clone(), talk);
    let loaded = resolver
        .load(options.force)
        .and_then(|()| match &options.update {
            Some(names) => resolver.forget(names),
            None => Ok(()),
        });
    if let Err(errors) = loaded {
        messages.diagnostics.extend(errors);
        return Outcome::messages(messages);
    }
    let plan = match resolver.run() {
        Ok(plan) => plan,
        Err(messages) => return Outcome::messages(messages),
    };
    let changes = report::changes(&old, &plan);
    let mut text = report::text(&changes);
    if changes.is_empty() {
        text = check::all_vendored(plan.lock.entries().len());
    }
    let mut may = !options.dry_run;
    let asks = options.update.is_some() && !options.yes && !changes.is_empty();
    if may && asks {
        may = match may_write(options.input, &text, talk) {
            Ok(may) => may,
            Err(Stop::Interrupted) => {
                talk(NOTHING_WRITTEN);
                return Outcome::default().exit(Exit::Interrupted);
            }
            Err(Stop::Wrong(error)) => {
                messages.diagnostics.push(*error);
                false
            }
        };
        if options.input == Input::Terminal {
            // What changes was shown with the question.
            text = format!("{}\n", if may { "written" } else { NOTHING_WRITTEN });
        }
    }
    let is_new = !changes.is_empty() || plan.lock.to_text() != old.to_text();
    let written = may && is_new && !world.cancel.is_cancelled();
    if written && let Err(error) = apply(tree.root(), &old, &plan.lock, &plan.copies) {
        messages.diagnostics.push(error);
        return Outcome::messages(messages);
    }
    let json = json!({
        "changes": changes.iter().map(report::Change::json).collect::<Vec<_>>(),
        "written": written,
        "sources": plan.lock.entries().len(),
    });
    Outcome::data(text, json, messages)
}

const NOTHING_WRITTEN: &str = "nothing was written";

/// How to do without a terminal.
const WITHOUT: &str = "add `--yes` to write it, or `--dry-run` to look only";

/// An update is shown before it is written.
fn may_write(input: Input, text: &str, talk: Talk<'_>) -> Result<bool, Stop> {
    if input == Input::Pipe {
        return Err(Stop::from(
            Diagnostic::error(
                &terrace_vendor::codes::NOT_CONFIRMED,
                "nothing was written: there is no terminal to ask on",
            )
            .help(WITHOUT),
        ));
    }
    talk(text.trim_end());
    ask::confirm(&mut ask::terminal(WITHOUT)?, "Write this?")
}

/// What fetches under the platform's policy.
fn fetcher(world: &World, vendor: &Vendor) -> Result<Fetcher, Diagnostic> {
    let [allowed_hosts, private_hosts, insecure_hosts] = [
        &vendor.allowed_hosts,
        &vendor.private_hosts,
        &vendor.insecure_hosts,
    ]
    .map(|hosts| hosts.iter().map(ToString::to_string).collect());
    let policy = Policy {
        allowed_hosts,
        private_hosts,
        insecure_hosts,
        local_git: vendor.local_git,
    };
    let temporary = world.var("TMPDIR").unwrap_or("/tmp");
    Fetcher::new(
        policy,
        Limits::default(),
        &world.env,
        &world.cancel,
        PathBuf::from(temporary),
    )
}

/// `terrace.lock` of a tree.
pub(crate) fn read_lock(tree: &dyn Tree, messages: &mut Messages) -> Option<Arc<LockFile>> {
    let Messages {
        sources,
        diagnostics,
    } = messages;
    terrace_platform::remote::read_lock(tree, sources, diagnostics)
}
