//! The one place that reads the process environment.

use std::path::PathBuf;
use std::time::SystemTime;

use anyhow::Context;
use terrace_commands::World;
use terrace_exec::{Cancel, Environment};

/// What this process runs in.
#[expect(
    clippy::disallowed_methods,
    reason = "environment, working directory and clock enter the program here"
)]
pub(crate) fn read(repository: Option<PathBuf>) -> anyhow::Result<World> {
    let cwd = std::env::current_dir().context("the working directory cannot be read")?;
    Ok(World {
        cwd,
        env: Environment::from_iter(std::env::vars_os()),
        cancel: Cancel::new(),
        now: SystemTime::now,
        repository,
    })
}
