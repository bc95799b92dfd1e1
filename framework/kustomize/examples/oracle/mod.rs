//! `kubectl kustomize` and the own build of one folder, and how they differ.

use std::io;
use std::path::Path;
use std::process::Command;

use terrace_kustomize::{Disk, LoadRestrictor, Options, codes, load};

/// What one of the two said.
pub(crate) enum Outcome {
    Output {
        text: String,
        /// Lines of the standard error that begin with `# Warning`.
        warnings: String,
    },
    Error(String),
    /// The own build does not do what the folder asks for (remote, helm, …).
    Refused(String),
}

impl Outcome {
    /// The output, or the message.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Output { text, .. } | Self::Error(text) | Self::Refused(text) => text,
        }
    }
}

/// How the two compare.
pub(crate) enum Verdict {
    SameOutput,
    SameError,
    /// kubectl panics, the own build does not.
    Panic,
    /// Both fail, with different sentences.
    OtherSentence(String),
    Different(String),
}

/// Runs kubectl. It finds no other programs, so that nothing is fetched.
///
/// # Errors
/// If kubectl cannot be started.
#[expect(clippy::disallowed_methods, reason = "the oracle is a program")]
pub(crate) fn kubectl(dir: &Path, unrestricted: bool) -> io::Result<Outcome> {
    let mut command = Command::new("/usr/bin/env");
    command
        .args(["-u", "HOME", "kubectl", "kustomize"])
        .arg(dir);
    if unrestricted {
        command.arg("--load-restrictor=LoadRestrictionsNone");
    }
    let output = command.output()?;
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok(if output.status.success() {
        Outcome::Output {
            text: String::from_utf8_lossy(&output.stdout).into_owned(),
            warnings: stderr
                .lines()
                .filter(|line| line.starts_with("# Warning"))
                .flat_map(|line| [line, "\n"])
                .collect(),
        }
    } else {
        Outcome::Error(stderr)
    })
}

/// Builds in this process.
pub(crate) fn own(dir: &Path, unrestricted: bool) -> Outcome {
    let options = Options {
        load_restrictor: if unrestricted {
            LoadRestrictor::None
        } else {
            LoadRestrictor::RootOnly
        },
        ..Options::default()
    };
    let built = load(&Disk, &dir.to_string_lossy(), &options)
        .map_err(|error| error.diagnostics)
        .and_then(|resources| Ok((resources.to_yaml()?, resources)));
    match built {
        Ok((text, resources)) => Outcome::Output {
            text,
            warnings: resources
                .warnings()
                .iter()
                .filter(|warning| warning.code == &codes::DEPRECATED)
                .map(|warning| format!("# Warning: {}\n", warning.message))
                .collect(),
        },
        Err(errors) => {
            let first = errors.iter().find(|error| error.is_error());
            let message = first.map_or_else(String::new, |error| error.message.clone());
            match first {
                Some(error) if error.code == &codes::NOT_SUPPORTED => Outcome::Refused(message),
                _ => Outcome::Error(message),
            }
        }
    }
}

/// Compares what the two said.
pub(crate) fn compare(theirs: &Outcome, ours: &Outcome) -> Verdict {
    match (theirs, ours) {
        (
            Outcome::Output { text, warnings },
            Outcome::Output {
                text: own,
                warnings: own_warnings,
            },
        ) => {
            if text == own && warnings == own_warnings {
                Verdict::SameOutput
            } else if text == own {
                Verdict::Different(format!(
                    "warnings: kubectl `{}` ours `{}`",
                    warnings.trim(),
                    own_warnings.trim()
                ))
            } else {
                Verdict::Different(first_difference(text, own))
            }
        }
        (Outcome::Output { .. }, Outcome::Error(error) | Outcome::Refused(error)) => {
            Verdict::Different(format!("only ours fails: {error}"))
        }
        (Outcome::Error(error) | Outcome::Refused(error), Outcome::Output { .. }) => {
            if error.contains("panic: ") {
                Verdict::Panic
            } else {
                Verdict::Different(format!("only kubectl fails: {}", error.trim()))
            }
        }
        (theirs, ours) => {
            if theirs.text().contains("panic: ") {
                Verdict::Panic
            } else if says(theirs.text(), ours.text()) {
                Verdict::SameError
            } else {
                Verdict::OtherSentence(format!(
                    "kubectl `{}` ours `{}`",
                    theirs.text().trim(),
                    ours.text()
                ))
            }
        }
    }
}

/// Whether a message of kubectl, in whatever wrapping, holds the sentence of an
/// own one: what stands behind the last context. Where kubectl prints a Go
/// structure (a var, an identity) the sentence goes on behind it.
fn says(theirs: &str, own: &str) -> bool {
    let plain = |text: &str| text.replace(['\\', '"', '\n', '`'], "");
    let (theirs, own) = (plain(theirs), plain(own));
    let core = own.rsplit(": ").next().unwrap_or(&own);
    let behind = |mark: &str| core.rsplit_once(mark).map(|(_, rest)| rest);
    // The conflicting resources are printed as JSON there.
    let conflict = "produces ID conflict";
    theirs.contains(core)
        || own.contains(conflict) && theirs.contains(conflict)
        || behind("] ").is_some_and(|rest| theirs.contains(rest))
        || behind("' cannot").is_some_and(|rest| theirs.contains(rest))
        || behind("' not found").is_some_and(|rest| theirs.contains(rest))
        || behind("; ").is_some_and(|rest| theirs.contains(rest))
}

fn first_difference(theirs: &str, ours: &str) -> String {
    let line = theirs
        .lines()
        .zip(ours.lines())
        .position(|(a, b)| a != b)
        .unwrap_or_else(|| theirs.lines().count().min(ours.lines().count()));
    let show = |text: &str| text.lines().nth(line).unwrap_or("<end>").to_owned();
    format!(
        "line {}: kubectl `{}` ours `{}`",
        line + 1,
        show(theirs),
        show(ours)
    )
}
