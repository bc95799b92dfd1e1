//! Gates as the platform declares them.

use std::collections::BTreeMap;
use std::time::Duration;

use terrace_diag::{Diagnostic, closest};
use terrace_exec::jobs;

use crate::codes;

/// A check that comes with Terrace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Builtin {
    /// The rendered Terraform is formatted as `terraform fmt` would.
    Fmt,
    /// `terraform validate` accepts every root.
    Validate,
    /// After the apply, every root's plan is empty.
    PlanClean,
    /// Nothing was changed outside of Terraform.
    NoDrift,
}

impl Builtin {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Fmt, Self::Validate, Self::PlanClean, Self::NoDrift];

    /// As the platform file writes it after `gate.`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Validate => "validate",
            Self::PlanClean => "plan_clean",
            Self::NoDrift => "no_drift",
        }
    }

    /// The built-in gate of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|builtin| builtin.name() == name)
    }
}

/// What a gate does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// A program with its arguments; exit status 0 passes. A name without a
    /// slash is looked up in `PATH`, any other is a path of the repository.
    Command(Vec<String>),
    /// A check of ours.
    Builtin(Builtin),
}

/// One gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// Its name, unique in the platform.
    pub name: String,
    /// What it does.
    pub action: Action,
    /// How long it may take.
    pub timeout: Duration,
    /// Variables for its command, beside the ones every gate gets.
    pub env: BTreeMap<String, String>,
    /// Gates that must pass before this one starts.
    pub needs: Vec<String>,
    /// Repository paths that its policy digest covers beside the command.
    pub files: Vec<String>,
    /// Component value paths that it exercises (`eks_gc0.node_pool.**`).
    pub covers: Vec<String>,
}

impl Gate {
    /// How long a gate may take when the platform does not say.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(600);

    /// A gate with the default timeout, without needs.
    pub fn new(name: impl Into<String>, action: Action) -> Self {
        Self {
            name: name.into(),
            action,
            timeout: Self::DEFAULT_TIMEOUT,
            env: BTreeMap::new(),
            needs: Vec::new(),
            files: Vec::new(),
            covers: Vec::new(),
        }
    }
}

/// Gates that can be run: unique names, known needs, no cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gates {
    pub(crate) gates: Vec<Gate>,
    pub(crate) needs: Vec<Vec<usize>>,
}

impl Gates {
    /// Checks the gates as a graph.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn new(gates: Vec<Gate>) -> Result<Self, Vec<Diagnostic>> {
        let mut problems = Vec::new();
        let mut index = BTreeMap::new();
        for (at, gate) in gates.iter().enumerate() {
            let Gate { name, .. } = gate;
            if index.insert(name.as_str(), at).is_some() {
                let message = format!("there are two gates `{name}`");
                problems.push(Diagnostic::error(&codes::DUPLICATE_GATE, message));
            }
            if matches!(&gate.action, Action::Command(command)
                if command.first().is_none_or(String::is_empty))
            {
                let message = format!("gate `{name}` has an empty command");
                problems.push(Diagnostic::error(&codes::EMPTY_GATE, message));
            }
        }
        let mut needs = Vec::with_capacity(gates.len());
        for gate in &gates {
            let mut known = Vec::new();
            for need in &gate.needs {
                match index.get(need.as_str()) {
                    Some(at) => known.push(*at),
                    None => {
                        let message =
                            format!("gate `{}` needs `{need}`, which is no gate", gate.name);
                        let hint = closest(need, index.keys().copied())
                            .map(|name| format!("did you mean `{name}`?"));
                        let problem = Diagnostic::error(&codes::UNKNOWN_NEED, message);
                        problems.push(problem.maybe_help(hint));
                    }
                }
            }
            needs.push(known);
        }
        if let Err(cycle) = jobs::order(&needs) {
            let mut names: Vec<&str> = cycle
                .members
                .iter()
                .map(|member| gates[*member].name.as_str())
                .collect();
            names.extend(names.first().copied());
            let message = format!("gates need each other: {}", names.join(" → "));
            problems.push(Diagnostic::error(&codes::GATE_CYCLE, message));
        }
        if problems.is_empty() {
            Ok(Self { gates, needs })
        } else {
            Err(problems)
        }
    }

    /// The gates in the order they were given.
    pub fn iter(&self) -> std::slice::Iter<'_, Gate> {
        self.gates.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(name: &str, needs: &[&str]) -> Gate {
        Gate {
            needs: needs.iter().map(ToString::to_string).collect(),
            ..Gate::new(name, Action::Command(vec![String::from("true")]))
        }
    }

    #[test]
    fn reports_everything_at_once() {
        let Err(problems) = Gates::new(vec![
            gate("a", &["b"]),
            gate("b", &["c"]),
            gate("c", &["a", "smok"]),
            gate("smoke", &[]),
            gate("smoke", &[]),
            Gate::new("empty", Action::Command(Vec::new())),
        ]) else {
            panic!("problems");
        };
        let messages: Vec<&str> = problems.iter().map(|p| p.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "there are two gates `smoke`",
                "gate `empty` has an empty command",
                "gate `c` needs `smok`, which is no gate",
                "gates need each other: a → b → c → a",
            ]
        );
        assert_eq!(problems[2].help, ["did you mean `smoke`?"]);
    }

    #[test]
    fn builtins_have_names() {
        for builtin in Builtin::ALL {
            assert_eq!(Builtin::parse(builtin.name()), Some(builtin));
        }
        assert_eq!(Builtin::parse("smoke"), None);
    }
}
