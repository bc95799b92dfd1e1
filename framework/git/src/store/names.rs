//! What names lead to: full ids, and paths from them.

use std::collections::BTreeMap;

use super::{Id, Kind, Object, Store};
use crate::id::ObjectId;

/// Names that lead through more folders are left to git.
const DEPTH: usize = 64;

/// What is known of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// It names this object.
    Object(Object),
    /// It names nothing.
    Absent,
    /// Git has to be asked.
    Unknown,
}

/// Where a name leads.
enum Step<'p> {
    /// It is this object.
    There,
    /// On to this object, with this path from there.
    To(Id, &'p str),
    /// Nowhere.
    Absent,
    /// Git has to be asked.
    Unknown,
}

impl Store {
    /// The object of one name.
    pub(crate) fn object(&self, id: &ObjectId) -> Option<Object> {
        match self.named(&[id.as_str()]).pop() {
            Some(Found::Object(object)) => Some(object),
            _ => None,
        }
    }

    /// Objects by full id, or by `<commit or tree>:<path>`, in the order asked for.
    pub(crate) fn named(&self, names: &[&str]) -> Vec<Found> {
        let mut out = vec![Found::Unknown; names.len()];
        if self.folders().is_empty() {
            return out;
        }
        // Which names lead where next, and what of their path is left from there.
        let mut level: BTreeMap<Id, Vec<(usize, &str)>> = BTreeMap::new();
        for (at, name) in names.iter().enumerate() {
            let (id, path) = name.split_once(':').unwrap_or((name, ""));
            let plain = name.len() == id.len() || is_plain(path);
            if let Some(id) = Id::parse(id, self.id_length).filter(|_| plain) {
                level.entry(id).or_default().push((at, path));
            }
        }
        for _ in 0..DEPTH {
            if level.is_empty() {
                break;
            }
            let ids: Vec<Id> = level.keys().copied().collect();
            let objects = self.read(&ids);
            let mut next: BTreeMap<Id, Vec<(usize, &str)>> = BTreeMap::new();
            for (waiting, object) in level.into_values().zip(objects) {
                let Some(object) = object else { continue };
                let mut whole = Vec::new();
                for (at, path) in waiting {
                    match self.step(&object, path) {
                        Step::There => whole.push(at),
                        Step::To(id, rest) => next.entry(id).or_default().push((at, rest)),
                        Step::Absent => out[at] = Found::Absent,
                        Step::Unknown => {}
                    }
                }
                // Copied only where several names mean one object.
                let last = whole.pop();
                for at in whole {
                    out[at] = Found::Object(object.clone());
                }
                if let Some(at) = last {
                    out[at] = Found::Object(object);
                }
            }
            level = next;
        }
        out
    }

    /// Where the first part of a path leads from an object.
    fn step<'p>(&self, object: &Object, path: &'p str) -> Step<'p> {
        if path.is_empty() {
            return Step::There;
        }
        match object.kind {
            Kind::Commit => {
                let tree = object.bytes.strip_prefix(b"tree ");
                let tree = tree.and_then(|rest| rest.get(..2 * self.id_length));
                let tree = tree.and_then(|tree| std::str::from_utf8(tree).ok());
                match tree.and_then(|tree| Id::parse(tree, self.id_length)) {
                    Some(tree) => Step::To(tree, path),
                    None => Step::Unknown,
                }
            }
            Kind::Tree => {
                let (name, rest) = path.split_once('/').unwrap_or((path, ""));
                for record in records(&object.bytes, self.id_length) {
                    let Some((mode, found, id)) = record else {
                        return Step::Unknown;
                    };
                    if found != name.as_bytes() {
                        continue;
                    }
                    let folder = matches!(mode, b"40000" | b"040000");
                    let leads = mode != b"160000" && (folder || rest.is_empty());
                    return match Id::new(id) {
                        Some(id) if leads => Step::To(id, rest),
                        _ => Step::Unknown,
                    };
                }
                Step::Absent
            }
            Kind::Blob | Kind::Tag => Step::Unknown,
        }
    }
}

/// Whether a path means itself to git, and no more than itself.
fn is_plain(path: &str) -> bool {
    !path.is_empty()
        && path
            .split('/')
            .all(|part| !matches!(part, "" | "." | "..") && !part.contains(['\0', '\n']))
}

/// Mode, name and id of each entry of a tree object; `None` where it ends too early.
pub(crate) fn records(
    tree: &[u8],
    id_length: usize,
) -> impl Iterator<Item = Option<(&[u8], &[u8], &[u8])>> {
    let mut rest = tree;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let record = record(rest, id_length);
        rest = record.map_or(&[], |(_, rest)| rest);
        Some(record.map(|(record, _)| record))
    })
}

type Record<'a> = (&'a [u8], &'a [u8], &'a [u8]);

fn record(tree: &[u8], id_length: usize) -> Option<(Record<'_>, &[u8])> {
    let space = tree.iter().position(|byte| *byte == b' ')?;
    let end = space + tree[space..].iter().position(|byte| *byte == 0)?;
    let id = tree.get(end + 1..end + 1 + id_length)?;
    let record = (&tree[..space], &tree[space + 1..end], id);
    Some((record, &tree[end + 1 + id_length..]))
}
