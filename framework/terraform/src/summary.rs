//! What a plan would do, from `terraform show -json` (format 1.x,
//! <https://developer.hashicorp.com/terraform/internals/json-format>).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use terrace_release::Digest;

use crate::identity::StateId;

/// What happens to one resource instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// It is deleted and made again, in either order.
    Replace,
    /// It is deleted.
    Delete,
    /// It leaves the state and stays in the world.
    Forget,
    /// A data source is read while applying.
    Read,
    /// Only its address changes, or it comes in from outside.
    Move,
}

impl Action {
    /// In lower case, as reports write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Replace => "replace",
            Self::Delete => "delete",
            Self::Forget => "forget",
            Self::Read => "read",
            Self::Move => "move",
        }
    }
}

/// A resource instance that a plan does something to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceChange {
    /// Its address, `module.vpc.aws_subnet.this["a"]`.
    pub address: String,
    /// What happens.
    pub action: Action,
}

/// What a plan would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanSummary {
    /// Every resource instance that something happens to, in the plan's order.
    pub changes: Vec<ResourceChange>,
    /// How many instances stay as they are.
    pub unchanged: usize,
    /// Outputs whose value changes.
    pub outputs: Vec<String>,
    /// Resources that were changed outside of terraform.
    pub drifted: Vec<String>,
    /// Whether applying it would change anything; terraform's own word.
    pub has_changes: bool,
    /// The digest of what it does: of its JSON without the time it was made.
    /// Two plans of the same input have the same.
    pub digest: Digest,
    /// The sha256 of the plan file. Two plans of the same input differ in it.
    pub file: Digest,
    /// The state it was made from, where that was asked for; `None`: there is none.
    pub state: Option<StateId>,
    /// What terraform printed, with sensitive values hidden, start and end.
    pub text: String,
}

impl PlanSummary {
    /// What people approve: what it does, and the state that it does it to. It is
    /// another one when the state has moved, even if the plan reads the same.
    pub fn identity(&self) -> Digest {
        let state = match &self.state {
            Some(state) => format!("{} {}", state.lineage, state.serial),
            None => String::from("no state"),
        };
        Digest::of(format!("{}\n{state}\n", self.digest))
    }

    /// How many instances an action happens to.
    pub fn count(&self, action: Action) -> usize {
        self.addresses(action).count()
    }

    /// The addresses an action happens to.
    pub fn addresses(&self, action: Action) -> impl Iterator<Item = &str> {
        self.changes
            .iter()
            .filter(move |change| change.action == action)
            .map(|change| change.address.as_str())
    }

    /// Whether it deletes or replaces anything.
    pub fn destroys(&self) -> bool {
        self.changes
            .iter()
            .any(|change| matches!(change.action, Action::Delete | Action::Replace))
    }

    /// `2 to add, 1 to change, 1 to replace, 0 to destroy`; `no changes`.
    pub fn describe(&self) -> String {
        if !self.has_changes {
            return String::from("no changes");
        }
        let count = |action| self.count(action);
        let mut text = format!(
            "{} to add, {} to change, {} to replace, {} to destroy",
            count(Action::Create),
            count(Action::Update),
            count(Action::Replace),
            count(Action::Delete)
        );
        for (number, what) in [
            (count(Action::Move), "to move"),
            (count(Action::Forget), "to forget"),
            (self.outputs.len(), "outputs"),
        ] {
            if number > 0 {
                text.push_str(&format!(", {number} {what}"));
            }
        }
        text
    }
}

#[derive(Deserialize)]
struct PlanJson {
    format_version: String,
    #[serde(default)]
    resource_changes: Vec<ResourceJson>,
    #[serde(default)]
    resource_drift: Vec<DriftJson>,
    #[serde(default)]
    output_changes: BTreeMap<String, ChangeJson>,
    #[serde(default)]
    errored: bool,
}

#[derive(Deserialize)]
struct ResourceJson {
    address: String,
    previous_address: Option<String>,
    change: ChangeJson,
}

#[derive(Deserialize)]
struct DriftJson {
    address: String,
}

#[derive(Deserialize)]
struct ChangeJson {
    actions: Vec<String>,
    importing: Option<IgnoredAny>,
}

/// What was read of a plan's JSON.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) changes: Vec<ResourceChange>,
    pub(crate) unchanged: usize,
    pub(crate) outputs: Vec<String>,
    pub(crate) drifted: Vec<String>,
    pub(crate) digest: Digest,
}

/// Reads a plan's JSON.
pub(crate) fn parse(json: &[u8]) -> Result<Parsed, String> {
    let plan: PlanJson = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    if !plan.format_version.starts_with("1.") {
        return Err(format!("its format is {}", plan.format_version));
    }
    if plan.errored {
        return Err(String::from("planning ended with errors"));
    }
    let mut changes = Vec::new();
    let mut unchanged = 0;
    for resource in plan.resource_changes {
        let moved = resource.change.importing.is_some()
            || resource
                .previous_address
                .is_some_and(|previous| previous != resource.address);
        let actions: Vec<&str> = resource.change.actions.iter().map(String::as_str).collect();
        let action = match actions.as_slice() {
            ["no-op"] if moved => Action::Move,
            ["no-op"] => {
                unchanged += 1;
                continue;
            }
            ["create"] => Action::Create,
            ["update"] => Action::Update,
            ["delete"] => Action::Delete,
            ["read"] => Action::Read,
            ["forget"] => Action::Forget,
            ["delete", "create"] | ["create", "delete"] => Action::Replace,
            ["create", "forget"] | ["forget", "create"] => Action::Create,
            // Never taken for harmless.
            other => return Err(format!("unknown actions {other:?} on {}", resource.address)),
        };
        changes.push(ResourceChange {
            address: resource.address,
            action,
        });
    }
    let outputs = plan
        .output_changes
        .into_iter()
        .filter(|(_, change)| change.actions != ["no-op"])
        .map(|(name, _)| name)
        .collect();
    Ok(Parsed {
        changes,
        unchanged,
        outputs,
        drifted: plan
            .resource_drift
            .into_iter()
            .map(|drift| drift.address)
            .collect(),
        digest: canonical_digest(json)?,
    })
}

/// The digest of a plan's JSON without `timestamp`, its members as terraform
/// wrote them (numbers are not reformatted), sorted by name.
fn canonical_digest(json: &[u8]) -> Result<Digest, String> {
    let mut members: BTreeMap<String, &RawValue> =
        serde_json::from_slice(json).map_err(|error| error.to_string())?;
    members.remove("timestamp");
    let text = serde_json::to_string(&members).map_err(|error| error.to_string())?;
    Ok(Digest::of(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_action() {
        let json = br#"{"format_version":"1.2","resource_changes":[
            {"address":"a","change":{"actions":["create"]}},
            {"address":"b","change":{"actions":["delete","create"]}},
            {"address":"c","change":{"actions":["create","delete"]}},
            {"address":"d","change":{"actions":["delete"]}},
            {"address":"e","change":{"actions":["no-op"]}},
            {"address":"f","previous_address":"x","change":{"actions":["no-op"]}},
            {"address":"g","change":{"actions":["no-op"],"importing":{"id":"1"}}},
            {"address":"h","change":{"actions":["read"]}},
            {"address":"i","change":{"actions":["update"]}},
            {"address":"j","change":{"actions":["forget"]}}],
            "output_changes":{"o":{"actions":["update"]},"p":{"actions":["no-op"]}},
            "resource_drift":[{"address":"z","change":{"actions":["update"]}}],
            "timestamp":"2026-01-01T00:00:00Z"}"#;
        let parsed = parse(json).expect("parsed");
        let shown: Vec<_> = parsed
            .changes
            .iter()
            .map(|c| (c.address.as_str(), c.action))
            .collect();
        assert_eq!(
            shown,
            [
                ("a", Action::Create),
                ("b", Action::Replace),
                ("c", Action::Replace),
                ("d", Action::Delete),
                ("f", Action::Move),
                ("g", Action::Move),
                ("h", Action::Read),
                ("i", Action::Update),
                ("j", Action::Forget),
            ]
        );
        assert_eq!(
            (parsed.unchanged, parsed.outputs, parsed.drifted),
            (1, vec!["o".into()], vec!["z".into()])
        );
    }

    #[test]
    fn the_digest_leaves_out_the_time_and_nothing_else() {
        let digest = |text: &str| parse(text.as_bytes()).expect("parsed").digest;
        let plan = r#"{"format_version":"1.2","x":1.0,"timestamp":"a"}"#;
        assert_eq!(
            digest(plan),
            digest(r#"{"timestamp":"b","x":1.0,"format_version":"1.2"}"#)
        );
        assert_ne!(
            digest(plan),
            digest(r#"{"format_version":"1.2","x":1,"timestamp":"a"}"#)
        );
        assert_ne!(
            digest(r#"{"format_version":"1.2","x":12345678901234567890123}"#),
            digest(r#"{"format_version":"1.2","x":12345678901234567890124}"#)
        );
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for json in [
            "",
            "{}",
            "[]",
            r#"{"format_version":"2.0"}"#,
            r#"{"format_version":"1.2","errored":true}"#,
            r#"{"format_version":"1.2","resource_changes":[{"address":"a","change":{"actions":["explode"]}}]}"#,
            r#"{"format_version":"1.2","resource_changes":[{"address":"a","change":{"actions":[]}}]}"#,
        ] {
            assert!(parse(json.as_bytes()).is_err(), "{json}");
        }
    }
}
