//! `promotion`, `gate` and `trust` blocks: what guards the way between
//! environments.

use std::collections::BTreeMap;

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Diagnostics, Span};
use terrace_eval::Value;
use terrace_hcl::ast::{Block, ExprKind};

use super::block::Reader;
use crate::codes;

/// `promotion "ops" "apps" { … }`
#[derive(Debug, Clone)]
pub struct Promotion {
    /// Where a release must have been validated.
    pub from: (SmolStr, Span),
    /// Where it goes.
    pub to: (SmolStr, Span),
    /// Where the block is.
    pub span: Span,
    /// Gates that evidence must have passed, by name.
    pub gates: Vec<(SmolStr, Span)>,
    /// How long a release must have run in `from`, in seconds.
    pub soak: u64,
    /// How long evidence is good for, in seconds.
    pub expires: Option<u64>,
    /// Kustomize components that nothing observes.
    pub unobserved: Vec<(SmolStr, Span)>,
    /// Whether every source of a release must be local or vendored.
    pub vendored: bool,
    /// Acknowledgement of what `from` did not exercise. It is asked for whether or
    /// not there is a block: a rule that somebody has to remember guards nothing.
    pub coverage: Coverage,
    /// Approvals of the plans.
    pub approvals: Option<Approvals>,
    /// When promotions may happen.
    pub windows: Vec<Window>,
}

/// `coverage { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// How many approvers must acknowledge.
    pub approvers: u64,
    /// Whether it blocks the first promotion too.
    pub first: bool,
}

impl Default for Coverage {
    fn default() -> Self {
        Self {
            approvers: 1,
            first: false,
        }
    }
}

/// `approvals { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approvals {
    /// The role that approves.
    pub role: SmolStr,
    /// How many.
    pub min: u64,
    /// Whether who wrote a part of the change does not count; true unless set.
    pub not_author: bool,
}

/// `window { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Whether promotions are allowed in it (else denied).
    pub allow: bool,
    /// `Fri 15:00-Mon 07:00`, days and times of the zone.
    pub range: SmolStr,
    /// IANA name of the time zone.
    pub zone: SmolStr,
    /// Where it is written.
    pub span: Span,
}

/// `gate "smoke" { … }`
#[derive(Debug, Clone)]
pub struct Gate {
    /// Its name.
    pub name: SmolStr,
    /// Where it is defined.
    pub span: Span,
    /// What runs.
    pub kind: GateKind,
    /// Seconds until it is stopped.
    pub timeout: u64,
    /// Further files of the repository that its verdict depends on.
    pub files: Vec<SmolStr>,
    /// Paths of inputs that it exercises.
    pub covers: Vec<SmolStr>,
}

/// What a gate runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GateKind {
    /// A program with its arguments.
    Command(Vec<SmolStr>),
}

/// `role "validator" { principals = […] }`
#[derive(Debug, Clone)]
pub struct Role {
    /// Its name.
    pub name: SmolStr,
    /// Principals of trust/allowed_signers.
    pub principals: Vec<SmolStr>,
    /// Where it is defined.
    pub span: Span,
}

/// `waiver "secret" { paths = […] reason = "…" }`
#[derive(Debug, Clone)]
pub struct Waiver {
    /// Patterns of rendered paths, `ops/web/**`.
    pub paths: Vec<SmolStr>,
    /// Why it is no secret, or a harmless one.
    pub reason: SmolStr,
    /// Where it is written.
    pub span: Span,
}

pub(super) fn read_waiver(
    block: &Block,
    scope: &BTreeMap<SmolStr, Value>,
    diagnostics: &mut Diagnostics,
) -> Option<Waiver> {
    let mut reader = Reader::new(block, 1, scope.clone(), diagnostics);
    let (kind, span) = reader.label_place(0);
    let paths = reader.strings("paths").unwrap_or_default();
    let reason = reader.string("reason").unwrap_or_default();
    if kind != "secret" {
        reader.diagnostics().push(
            Diagnostic::error(&codes::UNKNOWN_BLOCK, format!("`{kind}` cannot be waived"))
                .at(span)
                .help("write `waiver \"secret\" { … }`"),
        );
    }
    if paths.is_empty() {
        reader.missing("paths", "[\"ENV/COMPONENT/**\"]");
    }
    if reason.trim().is_empty() {
        reader.missing("reason", "\"…\"");
    }
    reader.finish();
    let complete = kind == "secret" && !paths.is_empty() && !reason.trim().is_empty();
    complete.then_some(Waiver {
        paths,
        reason,
        span: block.header,
    })
}

/// Seconds a gate may run where it says nothing else.
const DEFAULT_TIMEOUT: u64 = 600;

/// Roles that sign entries (product.md, Signing).
const ROLES: [&str; 5] = ["promoter", "validator", "approver", "oncall", "revoker"];

/// The role that signs approvals.
const APPROVER: &str = "approver";

pub(super) fn read_promotion(
    block: &Block,
    scope: &BTreeMap<SmolStr, Value>,
    diagnostics: &mut Diagnostics,
) -> Option<Promotion> {
    if block.labels.len() != 2 {
        Reader::new(block, 2, BTreeMap::new(), diagnostics);
        return None;
    }
    let mut reader = Reader::new(block, 2, scope.clone(), diagnostics);
    let from = reader.label_place(0);
    let to = reader.label_place(1);
    let gates = reader.references("gates", "gate");
    // What is in a list and no reference was reported already.
    let written = block.body.attribute("gates").map(|gates| &gates.expr);
    let empty = match written.map(|list| &list.kind) {
        Some(ExprKind::Tuple(items)) => items.is_empty(),
        Some(_) => false,
        None => true,
    };
    if empty {
        reader.diagnostics().push(
            Diagnostic::error(
                &codes::EMPTY_GUARD,
                format!(
                    "promotion `{}` `{}` has no gates, so it would call every release validated",
                    from.0, to.0
                ),
            )
            .at(written.map_or(block.header, |list| list.span))
            .help("write `gates = [gate.plan_clean]`, or a gate of your own"),
        );
    }
    let unobserved = reader.references("unobserved", "kustomize");
    let vendored = reader.bool("vendored").unwrap_or(false);
    let soak = reader.duration("soak").unwrap_or(0);
    let expires = reader.duration("expires");
    let coverage = reader.take_blocks("coverage");
    let approvals = reader.take_blocks("approvals");
    let windows = reader.take_blocks("window");
    for (blocks, what) in [(&coverage, "coverage"), (&approvals, "approvals")] {
        if let [first, again, ..] = blocks.as_slice() {
            let error = super::duplicate(what, again.header, first.header);
            reader.diagnostics().push(error);
        }
    }
    reader.finish();
    let coverage = coverage.last().map(|block| {
        let mut reader = Reader::new(block, 0, scope.clone(), diagnostics);
        let coverage = Coverage {
            approvers: at_least_one(&mut reader, "approvers", block),
            first: reader.bool("first").unwrap_or(false),
        };
        reader.finish();
        coverage
    });
    let coverage = coverage.unwrap_or_default();
    let approvals = approvals.last().map(|block| {
        let mut reader = Reader::new(block, 0, scope.clone(), diagnostics);
        let approvals = Approvals {
            role: approving(&mut reader, block),
            min: at_least_one(&mut reader, "min", block),
            not_author: reader.bool("not_author").unwrap_or(true),
        };
        reader.finish();
        approvals
    });
    let windows = windows
        .into_iter()
        .filter_map(|block| read_window(block, scope, diagnostics))
        .collect();
    Some(Promotion {
        from,
        to,
        span: block.header,
        gates,
        soak,
        expires,
        unobserved,
        vendored,
        coverage,
        approvals,
        windows,
    })
}

/// How many people have to agree; one unless set.
fn at_least_one(reader: &mut Reader<'_, '_>, name: &'static str, block: &Block) -> u64 {
    let count = reader.integer(name).unwrap_or(1);
    if let (0, Some(attribute)) = (count, block.body.attribute(name)) {
        reader.diagnostics().push(
            Diagnostic::error(&codes::EMPTY_GUARD, format!("`{name} = 0` asks for nobody"))
                .at(attribute.expr.span)
                .help("ask for at least one, or take the block away"),
        );
    }
    count
}

/// The role of those who approve: the one that signs approvals.
fn approving(reader: &mut Reader<'_, '_>, block: &Block) -> SmolStr {
    let Some(role) = reader.string("role") else {
        return APPROVER.into();
    };
    // One that does not exist is reported where roles are looked up.
    if role != APPROVER
        && ROLES.contains(&role.as_str())
        && let Some(attribute) = block.body.attribute("role")
    {
        reader.diagnostics().push(
            Diagnostic::error(
                &codes::EMPTY_GUARD,
                format!("the role `{role}` does not sign approvals, so there would never be one"),
            )
            .at(attribute.expr.span)
            .help(format!("`{APPROVER}` does, also without `role`")),
        );
    }
    role
}

fn read_window(
    block: &Block,
    scope: &BTreeMap<SmolStr, Value>,
    diagnostics: &mut Diagnostics,
) -> Option<Window> {
    let mut reader = Reader::new(block, 0, scope.clone(), diagnostics);
    let allow = reader.string("allow");
    let deny = reader.string("deny");
    let apart = reader.string("time_zone");
    let both = allow.is_some() == deny.is_some();
    if both {
        reader.missing("allow` or `deny", "\"Mon 08:00-Fri 15:00 Europe/Berlin\"");
    }
    reader.finish();
    if both {
        return None;
    }
    let (is_allowed, text) = (allow.is_some(), allow.or(deny)?);
    let (range, within) = range_and_zone(&text);
    if let (Some(within), Some(apart)) = (within, &apart) {
        let message = format!("`{within}` and `{apart}` are two time zones of one window");
        let error = Diagnostic::error(&codes::DUPLICATE, message).at(block.header);
        diagnostics.push(error.help("write the time zone once, behind the times or as time_zone"));
        return None;
    }
    Some(Window {
        allow: is_allowed,
        range: range.into(),
        zone: within
            .map(SmolStr::from)
            .or(apart)
            .unwrap_or_else(|| "UTC".into()),
        span: block.header,
    })
}

/// `Fri 15:00-Mon 07:00 Europe/Berlin` as times and, if there is one, time zone:
/// times end in a digit, and no name of a zone begins with one.
fn range_and_zone(text: &str) -> (&str, Option<&str>) {
    let text = text.trim();
    match text.rsplit_once(char::is_whitespace) {
        Some((range, zone)) if !zone.starts_with(|first: char| first.is_ascii_digit()) => {
            (range.trim_end(), Some(zone))
        }
        _ => (text, None),
    }
}

pub(super) fn read_gate(
    block: &Block,
    scope: &BTreeMap<SmolStr, Value>,
    diagnostics: &mut Diagnostics,
) -> Option<Gate> {
    let mut reader = Reader::new(block, 1, scope.clone(), diagnostics);
    let (name, span) = reader.label_place(0);
    let command = reader.strings("command");
    let timeout = reader.duration("timeout").unwrap_or(DEFAULT_TIMEOUT);
    let files = reader.strings("files").unwrap_or_default();
    let covers = reader.strings("covers").unwrap_or_default();
    if command.as_ref().is_none_or(Vec::is_empty) {
        reader.missing("command", "[\"./gates/NAME.sh\"]");
    }
    if super::BUILT_IN_GATES.contains(&name.as_str()) {
        reader.diagnostics().push(
            Diagnostic::error(
                &codes::DUPLICATE,
                format!("`{name}` is a built-in gate and cannot be defined again"),
            )
            .at(span),
        );
    }
    reader.finish();
    Some(Gate {
        name,
        span: block.header,
        kind: GateKind::Command(command.filter(|argv| !argv.is_empty())?),
        timeout,
        files,
        covers,
    })
}

pub(super) fn read_trust(
    blocks: &[&Block],
    scope: &BTreeMap<SmolStr, Value>,
    diagnostics: &mut Diagnostics,
) -> Vec<Role> {
    let mut roles: Vec<Role> = Vec::new();
    for block in blocks {
        let mut reader = Reader::new(block, 0, scope.clone(), diagnostics);
        let nested = reader.take_blocks("role");
        reader.finish();
        for role in nested {
            let mut reader = Reader::new(role, 1, scope.clone(), diagnostics);
            let (name, span) = reader.label_place(0);
            let principals = reader.strings("principals").unwrap_or_default();
            if !ROLES.contains(&name.as_str()) {
                reader.diagnostics().push(
                    Diagnostic::error(
                        &codes::UNKNOWN_ATTRIBUTE,
                        format!("there is no role `{name}`"),
                    )
                    .at(span)
                    .help(format!("the roles are {}", ROLES.join(", "))),
                );
            }
            reader.finish();
            roles.push(Role {
                name,
                principals,
                span: role.header,
            });
        }
    }
    super::unique("role", roles.iter().map(|r| (&r.name, r.span)), diagnostics);
    roles
}
