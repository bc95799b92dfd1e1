//! Moving a remote's refs by compare-and-swap.
//!
//! A push reports success without looking at the lease when the remote has the
//! very commit already, so two writers of equal commits would both win. A ref
//! that should have moved and was "up to date" is therefore a lost race.

use crate::error::GitError;
use crate::refs::{Old, RefUpdate, is_race};
use crate::repository::Repository;

/// What to do when the remote cannot move several refs at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Atomicity {
    /// Fail with [`GitError::AtomicUnsupported`].
    Required,
    /// Move them one after the other, in the order given.
    Preferred,
}

/// A ref that was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushedRef {
    /// Its full name.
    pub name: String,
    /// Whether it moved; `false` when old and new were equal from the start.
    pub moved: bool,
}

/// A push that did everything it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushReport {
    /// In the order given.
    pub refs: Vec<PushedRef>,
    /// Whether they moved all at once.
    pub atomic: bool,
}

impl Repository {
    /// Moves refs of a remote, each only if it is still as expected.
    ///
    /// # Errors
    /// [`GitError::LostRace`] (nothing moved; or, with equal commits, not by
    /// us), [`GitError::PushRefused`], [`GitError::PartialPush`],
    /// [`GitError::AtomicUnsupported`], [`GitError::RemoteFailed`],
    /// [`GitError::UnknownRemote`], or git fails.
    pub fn push(
        &self,
        remote: &str,
        updates: &[RefUpdate],
        atomicity: Atomicity,
    ) -> Result<PushReport, GitError> {
        match self.push_once(remote, updates) {
            Err(GitError::RemoteFailed { remote, stderr }) => {
                self.check_remote(&remote)?;
                Err(GitError::RemoteFailed { remote, stderr })
            }
            Err(GitError::AtomicUnsupported { .. })
                if atomicity == Atomicity::Preferred || updates.len() == 1 =>
            {
                self.push_in_order(remote, updates)
            }
            result => result.map(|refs| PushReport { refs, atomic: true }),
        }
    }

    fn push_in_order(&self, remote: &str, updates: &[RefUpdate]) -> Result<PushReport, GitError> {
        let mut refs: Vec<PushedRef> = Vec::new();
        for update in updates {
            match self.push_with(remote, std::slice::from_ref(update), "--no-atomic") {
                Ok(pushed) => refs.extend(pushed),
                Err(failed) => {
                    let moved: Vec<String> = refs
                        .iter()
                        .filter(|pushed| pushed.moved)
                        .map(|pushed| pushed.name.clone())
                        .collect();
                    return Err(if moved.is_empty() {
                        failed
                    } else {
                        GitError::PartialPush {
                            moved,
                            failed: Box::new(failed),
                        }
                    });
                }
            }
        }
        Ok(PushReport {
            refs,
            atomic: false,
        })
    }

    fn push_once(&self, remote: &str, updates: &[RefUpdate]) -> Result<Vec<PushedRef>, GitError> {
        self.push_with(remote, updates, "--atomic")
    }

    fn push_with(
        &self,
        remote: &str,
        updates: &[RefUpdate],
        atomic: &str,
    ) -> Result<Vec<PushedRef>, GitError> {
        let call = self
            .call(&[
                "push",
                "--porcelain",
                atomic,
                "--no-verify",
                "--no-signed",
                "--no-follow-tags",
            ])
            .args(updates.iter().map(|update| {
                let old = match &update.old {
                    Old::Missing => "",
                    Old::Is(old) => old.as_str(),
                };
                format!("--force-with-lease={}:{old}", update.name)
            }))
            .args([String::from("--"), remote.to_owned()])
            .args(
                updates
                    .iter()
                    .map(|update| format!("{}:{}", update.new, update.name)),
            )
            .network();
        let outcome = call.outcome()?;
        let stdout = outcome.stdout.text();
        let stderr = outcome.stderr.text();
        if stderr.contains("does not support --atomic") {
            return Err(GitError::AtomicUnsupported {
                remote: remote.to_owned(),
            });
        }
        let lines = stdout.lines().filter_map(parse_line).collect::<Vec<_>>();
        if lines.is_empty() && !outcome.success() {
            return Err(GitError::RemoteFailed {
                remote: remote.to_owned(),
                stderr: stderr.into_owned(),
            });
        }
        judge(updates, &lines, &stderr)?;
        if !outcome.success() {
            return Err(call.failed(&outcome));
        }
        Ok(updates
            .iter()
            .map(|update| PushedRef {
                name: update.name.clone(),
                moved: update.moves(),
            })
            .collect())
    }
}

/// A line of `git push --porcelain`: `<flag> \t <from>:<to> \t <summary>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct PushLine<'a> {
    flag: char,
    name: &'a str,
    summary: &'a str,
}

fn parse_line(line: &str) -> Option<PushLine<'_>> {
    let mut fields = line.splitn(3, '\t');
    let flag = fields.next()?;
    let mut chars = flag.chars();
    let (Some(flag), None) = (chars.next(), chars.next()) else {
        return None;
    };
    let (_, name) = fields.next()?.rsplit_once(':')?;
    Some(PushLine {
        flag,
        name,
        summary: fields.next()?,
    })
}

/// Whether every ref did what it should.
fn judge(updates: &[RefUpdate], lines: &[PushLine<'_>], stderr: &str) -> Result<(), GitError> {
    let mut lost = Vec::new();
    let mut refused = None;
    for update in updates {
        let Some(line) = lines.iter().find(|line| line.name == update.name) else {
            lost.push(update.name.clone());
            continue;
        };
        match line.flag {
            ' ' | '+' | '*' | '-' => {}
            '=' if update.moves() => lost.push(update.name.clone()),
            '=' => {}
            // The others of an atomic push are only rejected with the first.
            _ if line.summary.contains("atomic push fail") => {}
            _ if is_race(line.summary) || is_race_told(line.summary, stderr) => {
                lost.push(update.name.clone());
            }
            _ => {
                refused.get_or_insert((update.name.clone(), reason(line.summary)));
            }
        }
    }
    if let Some((reference, reason)) = refused {
        return Err(GitError::PushRefused {
            reference,
            reason,
            stderr: stderr.to_owned(),
        });
    }
    let rejected = lines.iter().any(|line| line.flag == '!');
    if !lost.is_empty() || rejected {
        if lost.is_empty() {
            lost = updates.iter().map(|update| update.name.clone()).collect();
        }
        return Err(GitError::LostRace {
            references: lost,
            stderr: stderr.to_owned(),
        });
    }
    Ok(())
}

/// A server says only `failed` or `internal error` for the refs of an atomic
/// push that ran into a lock; the reason then stands in its messages.
fn is_race_told(summary: &str, stderr: &str) -> bool {
    !summary.contains("declined") && !summary.contains("prohibited") && is_race(stderr)
}

/// The text in the last parentheses: `[remote rejected] (pre-receive hook declined)`.
fn reason(summary: &str) -> String {
    summary
        .rsplit_once('(')
        .and_then(|(_, rest)| rest.strip_suffix(')'))
        .unwrap_or(summary)
        .to_owned()
}

#[cfg(test)]
#[path = "push_tests.rs"]
mod tests;
