//! Which terraform: the program and its version.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use terrace_exec::{Command, Context, Environment};

use crate::error::TerraformError;

/// Terraform or its fork.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Engine {
    /// HashiCorp's terraform.
    Terraform,
    /// OpenTofu's tofu.
    OpenTofu,
}

impl Engine {
    /// The name of its program.
    pub fn program(self) -> &'static str {
        match self {
            Self::Terraform => "terraform",
            Self::OpenTofu => "tofu",
        }
    }
}

/// An installed terraform or tofu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// Which of the two.
    pub engine: Engine,
    /// Its program.
    pub program: PathBuf,
    /// Its version, `1.11.4`.
    pub version: String,
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.engine.program(), self.version)
    }
}

#[derive(Deserialize)]
struct VersionJson {
    terraform_version: String,
}

impl Tool {
    /// The first in `PATH`: terraform, else tofu; `prefer` turns that round.
    ///
    /// # Errors
    /// [`TerraformError::NoTool`], or it does not tell its version.
    pub fn find(
        variables: &Environment,
        prefer: Option<Engine>,
        context: &Context<'_>,
    ) -> Result<Self, TerraformError> {
        let order = match prefer {
            Some(Engine::OpenTofu) => [Engine::OpenTofu, Engine::Terraform],
            _ => [Engine::Terraform, Engine::OpenTofu],
        };
        let (engine, program) = order
            .into_iter()
            .find_map(|engine| Some((engine, variables.find(engine.program())?)))
            .ok_or(TerraformError::NoTool)?;
        Self::at(engine, &program, variables, context)
    }

    /// The tool at a path.
    ///
    /// # Errors
    /// It cannot be run or does not tell its version.
    pub fn at(
        engine: Engine,
        program: &Path,
        variables: &Environment,
        context: &Context<'_>,
    ) -> Result<Self, TerraformError> {
        let outcome = Command::new(program)
            .args(["version", "-json"])
            .environment(
                variables
                    .only(&["PATH", "HOME", "TMPDIR"], &[])
                    .with("CHECKPOINT_DISABLE", "1"),
            )
            .timeout(Duration::from_secs(60))
            .data(1 << 20)
            .run_quietly(context)?;
        let output = outcome.stdout.text().into_owned();
        match serde_json::from_str::<VersionJson>(&output) {
            Ok(json) if outcome.success() => Ok(Self {
                engine,
                program: program.to_owned(),
                version: json.terraform_version,
            }),
            _ => Err(TerraformError::Version {
                program: program.to_owned(),
                output: output.chars().take(500).collect(),
            }),
        }
    }

    /// Whether parallel `init` runs may share a plugin cache: OpenTofu from
    /// 1.10 locks it (opentofu #1878), terraform does not (terraform #31964).
    pub fn locks_plugin_cache(&self) -> bool {
        let mut parts = self
            .version
            .split('.')
            .map_while(|part| part.parse::<u32>().ok());
        let version = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
        self.engine == Engine::OpenTofu && version >= (1, 10)
    }
}
