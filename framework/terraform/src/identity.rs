//! Where a root's state is.

use std::collections::BTreeMap;

use serde::Deserialize;
use terrace_release::Digest;

/// The identity of a root's state: the digest of its `backend.tf` without
/// comments and blank lines. Equal identities mean the same state; different
/// ones may still mean the same (another argument order), in which case the
/// state's lineage decides. `None` where there is no such file.
pub fn state_identity(files: &BTreeMap<String, Vec<u8>>) -> Option<Digest> {
    let text = String::from_utf8_lossy(files.get("backend.tf")?);
    let mut kept = String::new();
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') || line.starts_with("//") {
            continue;
        }
        kept.extend(line.split_whitespace().flat_map(|word| [word, " "]));
        kept.push('\n');
    }
    Some(Digest::of(kept))
}

/// What terraform notes in its data folder about the backend it was
/// initialised with.
#[derive(Debug, Deserialize)]
pub(crate) struct BackendNote {
    backend: Option<Backend>,
}

#[derive(Debug, Deserialize)]
struct Backend {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    config: serde_json::Value,
}

impl BackendNote {
    /// The path of a local state file, as the configuration gives it.
    pub(crate) fn local_state(&self) -> Option<String> {
        let backend = self
            .backend
            .as_ref()
            .filter(|backend| backend.kind == "local")?;
        let path = backend.config.get("path").and_then(|path| path.as_str());
        Some(path.unwrap_or("terraform.tfstate").to_owned())
    }
}

/// The part of a state that says which one it is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StateId {
    /// Fixed when the state was made; another lineage is another state.
    pub lineage: String,
    /// Goes up with every change.
    pub serial: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_spaces_do_not_matter() {
        let of = |text: &str| {
            state_identity(&BTreeMap::from([(
                String::from("backend.tf"),
                text.as_bytes().to_vec(),
            )]))
        };
        let one = of(
            "# made by terrace from base/a.hcl\nterraform {\n  backend \"s3\" {\n    key = \"a\"\n  }\n}\n",
        );
        let same = of("terraform {\n  backend \"s3\" {\n\n    key    = \"a\"\n  }\n}\n");
        let other = of("terraform {\n  backend \"s3\" {\n    key = \"b\"\n  }\n}\n");
        assert_eq!(one, same);
        assert_ne!(one, other);
        assert_eq!(state_identity(&BTreeMap::new()), None);
    }

    #[test]
    fn finds_local_state_files() {
        let note = |text: &str| {
            serde_json::from_str::<BackendNote>(text)
                .expect("json")
                .local_state()
        };
        let local = r#"{"version":3,"backend":{"type":"local","config":{"path":"../x.tfstate"}}}"#;
        assert_eq!(note(local).as_deref(), Some("../x.tfstate"));
        assert_eq!(
            note(r#"{"backend":{"type":"s3","config":{"key":"x"}}}"#),
            None
        );
        assert_eq!(note("{}"), None);
    }
}
