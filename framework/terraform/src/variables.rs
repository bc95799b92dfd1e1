//! The variables of terraform's processes.
//!
//! Providers read variables of their own (`AWS_*`, `ARM_*`, `GOOGLE_*`, proxies,
//! …), so everything passes but what would change terraform itself.

use std::collections::BTreeSet;

use terrace_exec::{Environment, Secrets};

use crate::error::TerraformError;

/// What terraform's processes get.
#[derive(Debug, Clone)]
pub(crate) struct Variables {
    pub(crate) environment: Environment,
    /// Values that must not show.
    pub(crate) secrets: Secrets,
    /// Names that were set and are not passed on.
    pub(crate) dropped: Vec<String>,
}

/// Set by us, or changing what terraform does behind our back.
const DROPPED: &[&str] = &[
    "TERRACE_SIGNING_KEY",
    "TF_DATA_DIR",
    "TF_INPUT",
    "TF_IN_AUTOMATION",
    "TF_REATTACH_PROVIDERS",
    "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE",
    "PWD",
    "OLDPWD",
];

impl Variables {
    /// Checks and narrows the process environment. `declared` are the secret
    /// variables of the platform, without `TF_VAR_`.
    pub(crate) fn new(
        process: &Environment,
        declared: &BTreeSet<String>,
    ) -> Result<Self, TerraformError> {
        let names: Vec<String> = process
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, _)| name.to_string_lossy().into_owned())
            .filter(|name| name.starts_with("TF_CLI_ARGS") || name == "TF_WORKSPACE")
            .collect();
        if !names.is_empty() {
            return Err(TerraformError::Variables { names });
        }
        let mut environment = Environment::new();
        let mut values = Vec::new();
        let mut dropped = Vec::new();
        for (name, value) in process.iter() {
            let text = name.to_string_lossy();
            let secret = text.strip_prefix("TF_VAR_");
            let refused = DROPPED.contains(&&*text)
                // A trace would put secrets and requests into the record.
                || text.starts_with("TF_LOG")
                || secret.is_some_and(|secret| !declared.contains(secret))
                || text.starts_with("TF_CLI_ARGS")
                || text == "TF_WORKSPACE";
            if refused {
                if text.starts_with("TF_") && !value.is_empty() {
                    dropped.push(text.into_owned());
                }
                continue;
            }
            if secret.is_some() {
                values.push(value.as_encoded_bytes().to_vec());
            }
            environment = environment.with(name, value);
        }
        Ok(Self {
            environment: environment
                .with("TF_IN_AUTOMATION", "1")
                .with("TF_INPUT", "0")
                .with("CHECKPOINT_DISABLE", "1"),
            secrets: Secrets::new(values),
            dropped,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_what_providers_need_and_nothing_else() {
        let process: Environment = [
            ("PATH", "/bin"),
            ("AWS_REGION", "eu-west-1"),
            ("TF_VAR_token", "s3cr3t"),
            ("TF_VAR_other", "x"),
            ("TF_LOG", "trace"),
            ("TF_DATA_DIR", "/x"),
            ("TF_WORKSPACE", ""),
            ("TERRACE_SIGNING_KEY", "key"),
        ]
        .into_iter()
        .collect();
        let declared = BTreeSet::from([String::from("token")]);
        let variables = Variables::new(&process, &declared).expect("accepted");
        let names: Vec<_> = variables.environment.iter().map(|(name, _)| name).collect();
        assert_eq!(
            names,
            [
                "AWS_REGION",
                "CHECKPOINT_DISABLE",
                "PATH",
                "TF_INPUT",
                "TF_IN_AUTOMATION",
                "TF_VAR_token"
            ]
        );
        assert_eq!(variables.dropped, ["TF_DATA_DIR", "TF_LOG", "TF_VAR_other"]);
        assert_eq!(variables.secrets.redact("a s3cr3t"), "a (redacted)");
    }

    #[test]
    fn refuses_what_changes_a_plan() {
        let process: Environment = [("TF_CLI_ARGS_plan", "-destroy"), ("TF_WORKSPACE", "x")]
            .into_iter()
            .collect();
        let error = Variables::new(&process, &BTreeSet::new());
        let Err(TerraformError::Variables { names }) = error else {
            panic!("{error:?}");
        };
        assert_eq!(names, ["TF_CLI_ARGS_plan", "TF_WORKSPACE"]);
    }
}
