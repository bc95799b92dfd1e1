//! Which of a target's changed values the source environment has exercised.
//!
//! A leaf is *exercised* if the source takes the same value from the same place,
//! or evaluates the same expression there and everything that changed in what it
//! reads is the source's, too; *masked* if the source takes it from elsewhere;
//! *target only* if it comes from a layer or component that the source does not
//! have; *idle* if the source's bytes stay what they were. So if every changed
//! leaf is exercised, the target's change is a function of places that the
//! source's render also used.
//!
//! | file | what it holds |
//! |---|---|
//! | `mod.rs` | classes, the report, and the digest that names its open items |
//! | `snapshot.rs` | which leaves change between two releases |
//! | `pattern.rs` | the patterns of gates' `covers` |

mod pattern;
mod snapshot;

use std::collections::{BTreeMap, BTreeSet};

pub use pattern::{matches, matches_file};
pub use snapshot::{Folder, Leaf, Named, Read, Sides, Snapshot};

use terrace_release::Digest;
use terrace_release::fields::{Fields, Malformed};
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
    /// The folder of the repository that it is in: a layer, a module, a base.
    pub layer: String,
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// An expression over names that does not choose between values: the same
    /// place is then the same definition, whatever its value.
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
    /// Its name in environments that name the thing differently.
    pub twin: Option<String>,
    /// Its value before, as canonical text; `None`: it was not there.
    pub before: Option<String>,
    /// Its value after; `None`: it is gone.
    pub after: Option<String>,
    /// Where it comes from; for one that is gone, where it came from.
    pub origin: Origin,
    /// What its expression reads and what changed.
    pub reads: Vec<ChangedRead>,
}

/// A name that an expression reads and whose value changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedRead {
    /// `local.size`.
    pub name: String,
    /// Its value now.
    pub value: String,
    /// Where it is set.
    pub origin: Origin,
    /// Whether the expression names exactly this value.
    pub direct: bool,
}

/// A leaf of the source in the same release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLeaf {
    /// Its value as canonical text.
    pub value: String,
    /// Where it comes from.
    pub origin: Origin,
    /// Whether its value changed between the target's current release and this.
    pub moved: bool,
    /// What its expression names: where it is set, and its value.
    pub reads: BTreeMap<String, (Origin, String)>,
}

/// The source's side of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// Folders of the repository that its render reads.
    pub layers: BTreeSet<String>,
    /// Its components.
    pub components: BTreeSet<String>,
    /// Components that it had before and has no more.
    pub lost: BTreeSet<String>,
    /// Components whose bytes are what they were.
    pub idle: BTreeSet<String>,
    /// Its leaves.
    pub leaves: BTreeMap<LeafName, SourceLeaf>,
    /// Leaves by the name that all environments share.
    pub twins: BTreeMap<String, LeafName>,
}

impl Source {
    fn leaf(&self, leaf: &ChangedLeaf) -> Option<&SourceLeaf> {
        let twin = leaf.twin.as_ref().and_then(|twin| self.twins.get(twin));
        self.leaves.get(twin.unwrap_or(&leaf.name))
    }
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
    /// Its bytes are what they were: it has tried nothing new.
    Idle,
}

impl Class {
    /// As people read it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exercised => "exercised",
            Self::Masked => "masked",
            Self::TargetOnly => "target only",
            Self::Idle => "idle",
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
        }?;
        match &self.covered_by {
            Some(pattern) => write!(f, " covered by {pattern}"),
            None => Ok(()),
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

    /// How many are of a class.
    pub fn count(&self, class: Class) -> usize {
        self.items.iter().filter(|item| item.class == class).count()
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

impl Class {
    fn parse(text: &str) -> Option<Self> {
        [Self::Exercised, Self::Masked, Self::TargetOnly, Self::Idle]
            .into_iter()
            .find(|class| class.as_str() == text)
    }
}

impl Report {
    /// For programs, and to be kept.
    pub fn to_json(&self) -> Value {
        let count = |number: usize| Value::Int(i64::try_from(number).unwrap_or(i64::MAX));
        let items: Value = self.items.iter().map(Item::to_json).collect();
        object([
            ("changed", count(self.items.len())),
            ("exercised", count(self.count(Class::Exercised))),
            ("masked", count(self.count(Class::Masked))),
            ("target_only", count(self.count(Class::TargetOnly))),
            ("idle", count(self.count(Class::Idle))),
            ("open", count(self.open().count())),
            ("percent", count(self.percent())),
            ("list", self.digest().into()),
            ("values", items),
        ])
    }

    /// Reads what [`Report::to_json`] wrote.
    ///
    /// # Errors
    /// It is something else.
    pub fn read(value: &Value) -> Result<Self, Malformed> {
        let mut fields = Fields::root(value)?;
        let mut items = Vec::new();
        for mut item in fields.objects("values")? {
            let class = item.text("class")?;
            items.push(Item {
                class: Class::parse(class)
                    .ok_or_else(|| item.error("class", "is not a class of coverage"))?,
                name: LeafName {
                    component: item.string("component")?,
                    path: item.string("path")?,
                },
                place: item.string("place")?,
                masked_by: item.maybe_string("masked_by")?,
                covered_by: item.maybe_string("covered_by")?,
                values: item.digest("values")?,
            });
        }
        Ok(Self { items })
    }
}

impl Item {
    fn to_json(&self) -> Value {
        object([
            ("component", self.name.component.as_str().into()),
            ("path", self.name.path.as_str().into()),
            ("class", self.class.as_str().into()),
            ("place", self.place.as_str().into()),
            ("masked_by", self.masked_by.as_deref().into()),
            ("covered_by", self.covered_by.as_deref().into()),
            ("values", self.values.into()),
        ])
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
            let Found {
                class,
                masked_by,
                place,
            } = class_of(&leaf, source);
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
                place: place.unwrap_or_else(|| leaf.origin.place()),
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

/// A class, and what stands in the way.
struct Found {
    class: Class,
    masked_by: Option<String>,
    /// Where the change is, if not at the leaf's own place.
    place: Option<String>,
}

impl Found {
    const fn new(class: Class, masked_by: Option<String>) -> Self {
        Self {
            class,
            masked_by,
            place: None,
        }
    }
}

fn class_of(leaf: &ChangedLeaf, source: &Source) -> Found {
    let component = &leaf.name.component;
    if !source.components.contains(component) {
        // Taken away in both: the source has shown that it can be.
        let lost = leaf.after.is_none() && source.lost.contains(component);
        let class = match lost {
            true => Class::Exercised,
            false => Class::TargetOnly,
        };
        return Found::new(class, None);
    }
    let found = against_source(leaf, source);
    match found.class {
        Class::Exercised if source.idle.contains(component) => Found::new(Class::Idle, None),
        _ => found,
    }
}

fn against_source(leaf: &ChangedLeaf, source: &Source) -> Found {
    let elsewhere = |layer: &str, by: Option<String>| match source.layers.contains(layer) {
        true => Found::new(Class::Masked, by),
        false => Found::new(Class::TargetOnly, None),
    };
    let (after, theirs) = match (&leaf.after, source.leaf(leaf)) {
        (Some(after), Some(theirs)) => (after, theirs),
        // It takes the value away again.
        (Some(_), None) => return elsewhere(&leaf.origin.layer, None),
        // Gone in both: the source runs without it.
        (None, None) => return Found::new(Class::Exercised, None),
        (None, Some(theirs)) => {
            return Found::new(Class::Masked, Some(theirs.origin.place()));
        }
    };
    if !theirs.origin.same_place(&leaf.origin) {
        return elsewhere(&leaf.origin.layer, Some(theirs.origin.place()));
    }
    if theirs.value == *after {
        return Found::new(Class::Exercised, None);
    }
    // One expression, two values: what made the target's change is also the source's.
    for read in &leaf.reads {
        let named = theirs.reads.get(&read.name);
        let same = named
            .is_some_and(|(origin, value)| origin.same_place(&read.origin) || *value == read.value);
        if !read.direct || !same {
            let by = named.map_or_else(|| theirs.origin.place(), |(origin, _)| origin.place());
            return Found {
                place: Some(format!("{} ({})", read.origin.place(), read.name)),
                ..elsewhere(&read.origin.layer, Some(by))
            };
        }
    }
    let class = match leaf.origin.parametric && theirs.origin.parametric && theirs.moved {
        true => Class::Exercised,
        false => Class::Masked,
    };
    let masked_by = (class == Class::Masked).then(|| theirs.origin.place());
    Found::new(class, masked_by)
}

#[cfg(test)]
mod tests;
