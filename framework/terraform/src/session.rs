//! One root's terraform: the calls, in the order they may come.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use terrace_exec::{Command, Context, Exit, Outcome, Stopped};
use terrace_release::Digest;

use crate::error::{TerraformError, at};
use crate::identity::{BackendNote, StateId, state_identity};
use crate::journal::{Journal, Phase, Record};
use crate::layout::private_folder;
use crate::plan_file::{self, Mismatch};
use crate::report::Purpose;
use crate::request::{Applied, Event, Events};
use crate::run::Run;
use crate::source::RootSource;
use crate::summary::{self, Action, PlanSummary};
use crate::tool::Engine;
use crate::work::WorkFolder;

/// A kind of call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// `init`.
    Init,
    /// `fmt -check`.
    Fmt,
    /// `validate`.
    Validate,
    /// `plan`.
    Plan,
    /// `show -json` of the saved plan.
    Show,
    /// `apply` of the saved plan.
    Apply,
    /// `state pull`.
    State,
    /// `output`.
    Output,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Init => "init",
            Self::Fmt => "fmt",
            Self::Validate => "validate",
            Self::Plan => "plan",
            Self::Show => "show",
            Self::Apply => "apply",
            Self::State => "state pull",
            Self::Output => "output",
        })
    }
}

/// Terraform's planning modes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlanMode {
    /// What brings the root to its configuration.
    Normal,
    /// What removes everything in its state.
    Destroy,
    /// What was changed outside of terraform.
    RefreshOnly,
}

impl From<Purpose> for PlanMode {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::Update => Self::Normal,
            Purpose::Destroy => Self::Destroy,
        }
    }
}

/// How much `show -json` may print.
const LARGEST_PLAN: usize = 2 << 30;

/// A root with the release's bytes in its work folder; nobody else in this
/// process works on the root while it lives.
pub(crate) struct Session<'a> {
    run: &'a Run<'a>,
    context: &'a Context<'a>,
    events: Events<'a>,
    pub(crate) work: WorkFolder,
    journal: Journal,
    _turn: MutexGuard<'a, ()>,
}

impl<'a> Session<'a> {
    /// Verifies the bytes, brings the work folder to them, and refuses a root
    /// whose state would be elsewhere.
    pub(crate) fn open(
        run: &'a Run<'a>,
        index: usize,
        context: &'a Context<'a>,
        events: Events<'a>,
    ) -> Result<Self, TerraformError> {
        let turn = run.turns[index]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (name, source, digest, applied) = run.node(index);
        let bytes = RootSource::load(source, name, digest)?;
        let identity = state_identity(&bytes.files);
        let work = WorkFolder::prepare(&run.layout, name, bytes)?;
        let session = Self {
            run,
            context,
            events,
            work,
            journal: Journal::at(run.layout.journal(name)),
            _turn: turn,
        };
        if let Some(applied) = applied
            && applied.identity.is_some()
            && applied.identity != identity
        {
            session.accept_moved_state(applied)?;
        }
        Ok(session)
    }

    fn root(&self) -> &str {
        &self.work.root
    }

    /// Where its state is.
    pub(crate) fn identity(&self) -> Option<Digest> {
        state_identity(&self.work.bytes.files)
    }

    /// A backend that reads differently is accepted if the state at the new
    /// place is the old one: it was moved there, or the difference is only in
    /// the wording. It is looked at from a data folder of its own.
    fn accept_moved_state(&self, applied: &Applied) -> Result<(), TerraformError> {
        let confirmed = self.run.request.options.state_moved.contains(self.root());
        if !confirmed {
            let moved = || TerraformError::StateMoved {
                root: self.root().to_owned(),
                work: self.work.folder.clone(),
            };
            let Some(lineage) = &applied.lineage else {
                return Err(moved());
            };
            let probe = self.run.layout.probe(self.root());
            self.init_in(&probe, true)?;
            let found = self.state_in(&probe)?;
            fs::remove_dir_all(&probe).map_err(at(&probe))?;
            if found.map(|state| state.lineage).as_ref() != Some(lineage) {
                return Err(moved());
            }
        }
        // Terraform's own note of the old place would stop `init`.
        for name in ["terraform.tfstate", STAMP] {
            let path = self.work.data.join(name);
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(at(&path)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The last apply of the root if it was begun and did not end.
    pub(crate) fn crashed(&self) -> Result<Option<Record>, TerraformError> {
        let record = self
            .journal
            .read()?
            .filter(|record| record.phase == Phase::Begun);
        if let Some(record) = &record {
            (self.events)(Event::Crashed {
                root: self.root(),
                record,
            });
        }
        Ok(record)
    }

    /// `init`, unless the same bytes were initialised by the same tool before.
    /// Whether it ran.
    fn init(&self, backend: bool) -> Result<bool, TerraformError> {
        let stamp = self.work.data.join(STAMP);
        let text = self.stamp(backend);
        let full = self.stamp(true);
        let found = fs::read_to_string(&stamp).unwrap_or_default();
        if found == text || found == full {
            return Ok(false);
        }
        if backend {
            self.init_in(&self.work.data, false)?;
        } else {
            self.init_with(&self.work.data, &["-backend=false"])?;
        }
        fs::write(&stamp, text).map_err(at(&stamp))?;
        Ok(true)
    }

    fn stamp(&self, backend: bool) -> String {
        let tool = self.run.request.tool;
        format!(
            "{} {} {tool} {} backend={backend}\n",
            self.work.digest(),
            tool.program.display(),
            self.run.plugin_cache.display()
        )
    }

    fn init_in(&self, data: &Path, reconfigure: bool) -> Result<(), TerraformError> {
        let extra: &[&str] = if reconfigure { &["-reconfigure"] } else { &[] };
        match self.init_with(data, extra) {
            Err(TerraformError::Step { errors, .. })
                if errors.iter().any(|error| {
                    error.starts_with("Backend configuration changed")
                        || error.starts_with("Backend type changed")
                        || error.starts_with("Backend initialization required")
                }) =>
            {
                Err(TerraformError::StateMoved {
                    root: self.root().to_owned(),
                    work: self.work.folder.clone(),
                })
            }
            result => result,
        }
    }

    fn init_with(&self, data: &Path, extra: &[&str]) -> Result<(), TerraformError> {
        fs::create_dir_all(data).map_err(at(data))?;
        let mut args = vec!["init", "-input=false", "-no-color"];
        // Without readonly, a lock with a provider too many or too few is
        // rewritten, and apps could get a version that ops never saw.
        if self.work.has_lock_file() {
            args.push("-lockfile=readonly");
        }
        args.extend(extra);
        let _turn = self.cache_turn()?;
        self.call(Step::Init, data, &args, false, &[0]).map(drop)
    }

    /// One `init` at a time where they share a plugin cache that terraform does
    /// not lock; also between processes.
    fn cache_turn(&self) -> Result<Option<CacheTurn<'_>>, TerraformError> {
        if self.run.request.tool.locks_plugin_cache() || !self.work.has_lock_file() {
            return Ok(None);
        }
        let turn = self.run.init.lock().unwrap_or_else(PoisonError::into_inner);
        // A cache that cannot be written to needs no lock.
        let file = File::create(self.run.plugin_cache.join(".terrace.lock")).ok();
        if let Some(file) = &file {
            match file.lock() {
                Err(error) if error.kind() != io::ErrorKind::Unsupported => {
                    return Err(at(&self.run.plugin_cache)(error));
                }
                _ => {}
            }
        }
        Ok(Some(CacheTurn { file, _turn: turn }))
    }

    /// Plans and saves the plan.
    pub(crate) fn plan(&self, mode: PlanMode) -> Result<PlanSummary, TerraformError> {
        let crashed = self.crashed()?;
        let fresh = self.init(true)?;
        self.check_state(crashed.as_ref())?;
        let planned = match self.plan_once(mode) {
            // The plugin cache may have been emptied since the last `init`.
            Err(TerraformError::Step { .. }) if !fresh && !self.context.cancel.is_cancelled() => {
                let stamp = self.work.data.join(STAMP);
                fs::remove_file(&stamp).map_err(at(&stamp))?;
                self.init(true)?;
                self.plan_once(mode)
            }
            result => result,
        };
        if planned.is_err() {
            // A plan holds secrets; one that is of no use must not stay.
            self.drop_plan()?;
        }
        planned
    }

    fn plan_once(&self, mode: PlanMode) -> Result<PlanSummary, TerraformError> {
        let file = self.plan_path();
        self.drop_plan()?;
        let lock = self.lock_timeout();
        let mut out = OsString::from("-out=");
        out.push(&file);
        let mut args: Vec<OsString> = ["plan", "-input=false", "-no-color", "-detailed-exitcode"]
            .map(OsString::from)
            .into();
        args.push(lock.into());
        args.push(out);
        match mode {
            PlanMode::Normal => {}
            PlanMode::Destroy => args.push(OsString::from("-destroy")),
            PlanMode::RefreshOnly => args.push(OsString::from("-refresh-only")),
        }
        let outcome = self.call(Step::Plan, &self.work.data, &args, false, &[0, 2])?;
        let private = fs::Permissions::from_mode(0o600);
        fs::set_permissions(&file, private).map_err(at(&file))?;
        let bytes = self.read_plan()?;
        self.check_configuration(&bytes)?;
        let args = [
            OsString::from("show"),
            "-json".into(),
            "-no-color".into(),
            file.into(),
        ];
        let shown = self.call(Step::Show, &self.work.data, &args, true, &[0])?;
        let unreadable = |detail: String| TerraformError::PlanUnreadable {
            root: self.root().to_owned(),
            detail,
        };
        let json = shown
            .stdout
            .into_bytes()
            .ok_or_else(|| unreadable(String::from("it is larger than 2 GiB")))?;
        let parsed = summary::parse(&json).map_err(unreadable)?;
        let acts = parsed
            .changes
            .iter()
            .any(|change| !matches!(change.action, Action::Read | Action::Move));
        let state = match self.run.request.options.with_state {
            true => self.state()?,
            false => None,
        };
        Ok(PlanSummary {
            state,
            // Terraform's word, unless its plan says more.
            has_changes: outcome.code() == Some(2) || acts,
            changes: parsed.changes,
            unchanged: parsed.unchanged,
            outputs: parsed.outputs,
            drifted: parsed.drifted,
            digest: parsed.digest,
            file: Digest::of(&bytes),
            text: outcome.stdout.text().into_owned(),
        })
    }

    fn plan_path(&self) -> PathBuf {
        self.run.layout.plan(self.root())
    }

    /// Removes the saved plan.
    pub(crate) fn drop_plan(&self) -> Result<(), TerraformError> {
        let file = self.plan_path();
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(&file)(error)),
            _ => Ok(()),
        }
    }

    fn plan_differs(&self, detail: &'static str) -> TerraformError {
        TerraformError::PlanDiffers {
            root: self.root().to_owned(),
            detail,
        }
    }

    fn read_plan(&self) -> Result<Vec<u8>, TerraformError> {
        let file = self.plan_path();
        match fs::read(&file) {
            Ok(bytes) if bytes.is_empty() => Err(self.plan_differs("is empty")),
            Ok(bytes) => Ok(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(self.plan_differs("is missing"))
            }
            Err(error) => Err(at(&file)(error)),
        }
    }

    fn check_configuration(&self, plan: &[u8]) -> Result<(), TerraformError> {
        // An encrypted plan of OpenTofu cannot be looked into.
        if self.run.request.tool.engine == Engine::OpenTofu && !plan.starts_with(b"PK") {
            return Ok(());
        }
        match plan_file::check_configuration(plan, &self.work.bytes.files) {
            Ok(()) => Ok(()),
            Err(Mismatch::File(file)) => Err(TerraformError::PlanConfiguration {
                root: self.root().to_owned(),
                file,
            }),
            Err(Mismatch::Unreadable(detail)) => Err(TerraformError::PlanUnreadable {
                root: self.root().to_owned(),
                detail,
            }),
        }
    }

    /// Applies exactly the plan that was made, and drops it: there is no way to
    /// apply it a second time.
    pub(crate) fn apply(&self, plan: &PlanSummary, purpose: Purpose) -> Result<(), TerraformError> {
        if Digest::of(self.read_plan()?) != plan.file {
            return Err(self.plan_differs("is another file than the one that was made"));
        }
        self.work.verify()?;
        let mut record = Record {
            schema: 1,
            root: self.root().to_owned(),
            digest: self.work.digest().to_string(),
            action: String::from(match purpose {
                Purpose::Update => "apply",
                Purpose::Destroy => "destroy",
            }),
            plan_file: plan.file.to_string(),
            plan: plan.digest.to_string(),
            had_state: self.had_state(),
            holder: self.run.request.holder.clone(),
            phase: Phase::Begun,
        };
        self.journal.write(&record)?;
        let args = [
            OsString::from("apply"),
            "-input=false".into(),
            "-no-color".into(),
            self.lock_timeout().into(),
            self.plan_path().into(),
        ];
        let result = self.call(Step::Apply, &self.work.data, &args, false, &[0]);
        let ended = match &result {
            Ok(_) => true,
            Err(TerraformError::Step { .. }) => true,
            // Killed, it had no chance to save its state.
            Err(error @ (TerraformError::TimedOut { .. } | TerraformError::Interrupted { .. })) => {
                !error.was_killed()
            }
            Err(_) => false,
        };
        if ended {
            record.phase = Phase::Ended;
            self.journal.write(&record)?;
        }
        self.drop_plan()?;
        result.map(drop)
    }

    /// After a crash, once a new plan found nothing left to do.
    pub(crate) fn settle(&self) -> Result<(), TerraformError> {
        match self.journal.read()? {
            Some(mut record) if record.phase == Phase::Begun => {
                record.phase = Phase::Ended;
                self.journal.write(&record)
            }
            _ => Ok(()),
        }
    }

    /// The state's identity; `None` if there is none yet.
    pub(crate) fn state(&self) -> Result<Option<StateId>, TerraformError> {
        self.state_in(&self.work.data)
    }

    fn state_in(&self, data: &Path) -> Result<Option<StateId>, TerraformError> {
        let outcome = self.call(Step::State, data, &["state", "pull"], true, &[0])?;
        let bytes = outcome.stdout.into_bytes().unwrap_or_default();
        if bytes.trim_ascii().is_empty() {
            return Ok(None);
        }
        serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| TerraformError::PlanUnreadable {
                root: self.root().to_owned(),
                detail: format!("its state is not readable: {error}"),
            })
    }

    /// `validate`: what terraform says about the configuration, as JSON.
    pub(crate) fn validate(&self) -> Result<Vec<u8>, TerraformError> {
        self.init(false)?;
        let args = ["validate", "-json", "-no-color"];
        let outcome = self.call(Step::Validate, &self.work.data, &args, true, &[0, 1])?;
        Ok(outcome.stdout.into_bytes().unwrap_or_default())
    }

    /// `fmt -check`: the files that are not formatted.
    pub(crate) fn unformatted(&self) -> Result<Vec<String>, TerraformError> {
        let args = ["fmt", "-check", "-recursive", "-list=true", "-no-color"];
        let outcome = self.call(Step::Fmt, &self.work.data, &args, false, &[0, 3])?;
        let text = outcome.stdout.text();
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// `output -json`.
    pub(crate) fn outputs(&self) -> Result<Vec<u8>, TerraformError> {
        self.init(true)?;
        let args = ["output", "-json", "-no-color"];
        let outcome = self.call(Step::Output, &self.work.data, &args, true, &[0])?;
        Ok(outcome.stdout.into_bytes().unwrap_or_default())
    }

    fn lock_timeout(&self) -> String {
        format!(
            "-lock-timeout={}s",
            self.run.request.options.lock_timeout.as_secs()
        )
    }

    /// The local state file, if the backend is `local`.
    fn local_state(&self) -> Option<PathBuf> {
        let note = fs::read(self.work.data.join("terraform.tfstate")).ok()?;
        let note: BackendNote = serde_json::from_slice(&note).ok()?;
        Some(self.work.folder.join(note.local_state()?))
    }

    fn had_state(&self) -> bool {
        match self.local_state() {
            Some(path) => path.metadata().is_ok_and(|meta| meta.len() > 0),
            None => true,
        }
    }

    /// Refuses an empty local state file where there was a state: terraform
    /// would make everything again. After a crash of the very first apply, or
    /// when nothing was ever applied, it only means that nothing was saved.
    fn check_state(&self, crashed: Option<&Record>) -> Result<(), TerraformError> {
        let Some(path) = self.local_state() else {
            return Ok(());
        };
        let empty = path.metadata().is_ok_and(|meta| meta.len() == 0);
        if !empty || crashed.is_some_and(|record| !record.had_state) {
            return Ok(());
        }
        let (.., applied) = self.run.node_named(self.root());
        if applied.is_some() || self.journal.read()?.is_some() {
            return Err(TerraformError::TornState {
                root: self.root().to_owned(),
                path,
            });
        }
        Ok(())
    }

    /// One call. `data` output is kept whole and not shown; anything else is
    /// handed over line by line.
    fn call<S: AsRef<std::ffi::OsStr>>(
        &self,
        step: Step,
        data_folder: &Path,
        args: &[S],
        data: bool,
        accepted: &[i32],
    ) -> Result<Outcome, TerraformError> {
        let run = self.run;
        let limits = &run.request.options.timeouts;
        let limit = match step {
            Step::Init => limits.init,
            Step::Plan => limits.plan,
            Step::Apply => limits.apply,
            _ => limits.other,
        };
        let root = self.root();
        let environment = run
            .variables
            .environment
            .clone()
            .with("TF_DATA_DIR", data_folder)
            .with("PWD", &self.work.folder);
        let mut command = Command::new(&run.request.tool.program)
            .args(args)
            .environment(environment)
            .folder(&self.work.folder)
            .timeout(limit)
            .ladder(run.request.options.ladder)
            .secrets(run.variables.secrets.clone());
        if data {
            command = command.data(LARGEST_PLAN);
        }
        let log = run.layout.log(root);
        if step == Step::Apply {
            // So that terraform can finish and save its state if we are killed.
            private_folder(&log)?;
            command = command.spool(&log);
        }
        (self.events)(Event::Step { root, step });
        let outcome = command.run(self.context, &mut |line| {
            (self.events)(Event::Line { root, step, line });
        })?;
        if step == Step::Apply {
            fs::remove_dir_all(&log).map_err(at(&log))?;
        }
        match outcome.exit {
            // It came to its end, whatever it was told meanwhile.
            Exit::Code(code) if accepted.contains(&code) => Ok(outcome),
            _ => Err(self.failed(step, limit, &outcome, data)),
        }
    }

    fn failed(&self, step: Step, limit: Duration, outcome: &Outcome, data: bool) -> TerraformError {
        let root = self.root().to_owned();
        let killed = outcome.killed;
        match outcome.stopped {
            Some(Stopped::TimedOut) => TerraformError::TimedOut {
                root,
                step,
                after: limit,
                killed,
            },
            Some(Stopped::Cancelled) => TerraformError::Interrupted { root, step, killed },
            None => {
                let stderr = outcome.stderr.text();
                let mut log = String::new();
                if !data {
                    log.push_str(&outcome.stdout.text());
                }
                log.push_str(&stderr);
                TerraformError::Step {
                    root,
                    step,
                    how: outcome.describe(),
                    errors: error_blocks(&stderr),
                    log,
                }
            }
        }
    }
}

/// The turn of an `init` with the plugin cache, in this process and among others.
struct CacheTurn<'a> {
    file: Option<File>,
    _turn: MutexGuard<'a, ()>,
}

impl Drop for CacheTurn<'_> {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            // Closing would not do while a process that is being started still
            // has a copy. If it fails, the kernel unlocks when that is gone.
            let _ = file.unlock();
        }
    }
}

/// Written into the data folder after a successful `init`.
const STAMP: &str = "terrace-init";

/// Terraform's errors, each as one line: `Error: …` up to the end of its box.
fn error_blocks(stderr: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    let mut open = false;
    for line in stderr.lines() {
        let line = line.trim_start_matches(['│', '╷', '╵', ' ']).trim();
        if let Some(error) = line.strip_prefix("Error: ") {
            blocks.push(error.to_owned());
            open = true;
        } else if line.starts_with("Warning: ") {
            open = false;
        } else if open
            && !line.is_empty()
            && let Some(block) = blocks.last_mut()
            && block.len() < 600
        {
            block.push(' ');
            block.push_str(line);
        }
    }
    if blocks.is_empty() {
        let last = stderr.lines().rfind(|line| !line.trim().is_empty());
        blocks.extend(last.map(|line| line.trim().chars().take(600).collect()));
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::error_blocks;

    #[test]
    fn errors_are_told_in_one_line_each() {
        let stderr = "╷\n│ Warning: old\n│ \n│ thing\n╵\n╷\n│ Error: Invalid value\n│ \n│   on main.tf line 3:\n│   \
                      3: a = 1\n│ \n│ It is wrong.\n╵\n╷\n│ Error: Second\n╵\n";
        assert_eq!(
            error_blocks(stderr),
            [
                "Invalid value on main.tf line 3: 3: a = 1 It is wrong.",
                "Second"
            ]
        );
        assert_eq!(
            error_blocks("x\nsegmentation fault\n\n"),
            ["segmentation fault"]
        );
        assert!(error_blocks("").is_empty());
    }
}
