//! Which of a target's changed values the source environment has exercised.
//!
//! A leaf is *exercised* if the source takes the same value from the same place
//! (or evaluates the same expression, which depends on the environment);
//! *masked* if the source takes it from elsewhere; *target only* if it comes
//! from a layer or component that the source does not have.

use std::collections::{BTreeMap, BTreeSet};

use terrace_release::Digest;
use terrace_release::json::{Value, object};

/// A leaf's name: component and dotted path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeafName {
    /// The component.
    pub component: String,
    /// `node_pool.max_size`.
    pub path: String,
}

/// Where a leaf's value comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The winning layer's folder.
    pub layer: String,
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// An expression whose value depends on the environment: the same place is
    /// then the same definition, whatever its value.
    pub parametric: bool,
}

impl Origin {
    fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }

    fn same_place(&self, other: &Self) -> bool {
        self.layer == other.layer && self.file == other.file && self.line == other.line
    }
}

/// A leaf that a release changes in the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedLeaf {
    /// Which.
    pub name: LeafName,
    /// Its value before, as canonical text; `None`: it was not there.
    pub before: Option<String>,
    /// Its value after; `None`: it is gone.
    pub after: Option<String>,
    /// Where it comes from; for one that is gone, where it came from.
    pub origin: Origin,
}

/// A leaf of the source in the same release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLeaf {
    /// Its value as canonical text.
    pub value: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// The source's side of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// Its layers.
    pub layers: BTreeSet<String>,
    /// Its components.
    pub components: BTreeSet<String>,
    /// Its leaves.
    pub leaves: BTreeMap<LeafName, SourceLeaf>,
}

/// What the source says about a changed leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// It ran with it.
    Exercised,
    /// It overrides it.
    Masked,
    /// It does not have it.
    TargetOnly,
}

impl Class {
    /// As people read it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exercised => "exercised",
            Self::Masked => "masked",
            Self::TargetOnly => "target only",
        }
    }
}

/// A changed leaf with its class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Which.
    pub name: LeafName,
    /// Its class.
    pub class: Class,
    /// `file:line` of the change.
    pub place: String,
    /// `file:line` of what masks it.
    pub masked_by: Option<String>,
    /// The gate pattern that covers it.
    pub covered_by: Option<String>,
    /// sha256 of its values before and after.
    pub values: Digest,
}

impl Item {
    /// Whether someone has to accept it.
    pub fn is_open(&self) -> bool {
        self.class != Class::Exercised && self.covered_by.is_none()
    }
}

impl std::fmt::Display for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} .{} {}",
            self.name.component, self.name.path, self.place
        )?;
        match (&self.masked_by, self.class) {
            (Some(place), _) => write!(f, " masked by {place}"),
            (None, class) => write!(f, " {}", class.as_str()),
        }
    }
}

/// Every changed leaf of a promotion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Sorted by name.
    pub items: Vec<Item>,
}

impl Report {
    /// What someone has to accept.
    pub fn open(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.is_open())
    }

    /// The share that was exercised or is covered, in percent, rounded down.
    pub fn percent(&self) -> usize {
        let open = self.open().count();
        match self.items.len() {
            0 => 100,
            all => (all - open) * 100 / all,
        }
    }

    /// The name of exactly this list of open items; `None` if it is empty. Any
    /// other path, class or value gives another digest.
    pub fn digest(&self) -> Option<Digest> {
        let items: Vec<Value> = self
            .open()
            .map(|item| {
                object([
                    ("component", item.name.component.as_str().into()),
                    ("path", item.name.path.as_str().into()),
                    ("class", item.class.as_str().into()),
                    ("values", item.values.into()),
                ])
            })
            .collect();
        (!items.is_empty()).then(|| Digest::of(Value::Array(items).to_canonical()))
    }
}

/// Classifies the changed leaves of a target against the source's leaves in the
/// same release; `covers` are the patterns of the edge's gates.
pub fn classify<'a>(
    changed: impl IntoIterator<Item = ChangedLeaf>,
    source: &Source,
    covers: impl IntoIterator<Item = &'a str> + Clone,
) -> Report {
    let mut items: Vec<Item> = changed
        .into_iter()
        .map(|leaf| {
            let (class, masked_by) = class_of(&leaf, source);
            let full = format!("{}.{}", leaf.name.component, leaf.name.path);
            let covered_by = covers
                .clone()
                .into_iter()
                .find(|pattern| class != Class::Exercised && matches(pattern, &full))
                .map(String::from);
            let values = object([
                ("before", leaf.before.as_deref().into()),
                ("after", leaf.after.as_deref().into()),
            ]);
            Item {
                class,
                place: leaf.origin.place(),
                masked_by,
                covered_by,
                values: Digest::of(values.to_canonical()),
                name: leaf.name,
            }
        })
        .collect();
    items.sort_by(|a, b| a.name.cmp(&b.name));
    Report { items }
}

fn class_of(leaf: &ChangedLeaf, source: &Source) -> (Class, Option<String>) {
    if !source.components.contains(&leaf.name.component) {
        return (Class::TargetOnly, None);
    }
    match (&leaf.after, source.leaves.get(&leaf.name)) {
        (Some(after), Some(theirs)) => {
            let same_place = theirs.origin.same_place(&leaf.origin);
            let parametric = leaf.origin.parametric && theirs.origin.parametric;
            if same_place && (parametric || theirs.value == *after) {
                (Class::Exercised, None)
            } else if source.layers.contains(&leaf.origin.layer) {
                (Class::Masked, Some(theirs.origin.place()))
            } else {
                (Class::TargetOnly, None)
            }
        }
        (Some(_), None) => (Class::TargetOnly, None),
        // Gone in both: the source runs without it.
        (None, None) => (Class::Exercised, None),
        (None, Some(theirs)) => (Class::Masked, Some(theirs.origin.place())),
    }
}

/// Whether a dotted pattern matches a dotted path: `*` is any text within a
/// segment, `**` any number of segments.
pub fn matches(pattern: &str, path: &str) -> bool {
    let pattern: Vec<&str> = pattern.split('.').collect();
    let path: Vec<&str> = path.split('.').collect();
    // Row by row: which prefixes of the path the pattern so far can match.
    let mut reach = vec![false; path.len() + 1];
    reach[0] = true;
    for part in pattern {
        let mut next = vec![false; path.len() + 1];
        if part == "**" {
            let mut any = false;
            for (at, reached) in reach.iter().enumerate() {
                any |= reached;
                next[at] = any;
            }
        } else {
            for at in 0..path.len() {
                next[at + 1] = reach[at] && segment(part, path[at]);
            }
        }
        reach = next;
    }
    reach[path.len()]
}

fn segment(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
#[path = "coverage_tests.rs"]
mod tests;
