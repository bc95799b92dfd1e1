//! The entries of a mapping, in order.

use terrace_diag::Span;

use crate::{Node, Text};

/// One key with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Usually a scalar.
    pub key: Node,
    /// Its value.
    pub value: Node,
}

/// Entries in order of writing. Look-ups are by the text of scalar keys and
/// linear: mappings in configuration are small. Of repeated keys the first is
/// found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mapping {
    entries: Vec<Entry>,
}

impl Mapping {
    /// No entries.
    pub const fn new() -> Self {
        Self {
            entries: Vec::new(),
        }
    }

    /// These entries.
    pub const fn from_entries(entries: Vec<Entry>) -> Self {
        Self { entries }
    }

    /// How many entries.
    #[inline]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries in order.
    #[inline]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries in order, to change, sort or drain.
    #[inline]
    pub fn entries_mut(&mut self) -> &mut Vec<Entry> {
        &mut self.entries
    }

    /// The entries in order, without the mapping.
    pub fn into_entries(self) -> Vec<Entry> {
        self.entries
    }

    /// Key and value of each entry.
    #[inline]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Node, &Node)> {
        self.entries.iter().map(|entry| (&entry.key, &entry.value))
    }

    /// Key and value of each entry; values may be changed.
    #[inline]
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = (&Node, &mut Node)> {
        self.entries
            .iter_mut()
            .map(|entry| (&entry.key, &mut entry.value))
    }

    /// Where the key is among the entries.
    #[inline]
    pub fn position(&self, key: &str) -> Option<usize> {
        // The length lies in the node; the text may be far away in memory.
        self.entries.iter().position(|entry| {
            entry
                .key
                .text()
                .is_some_and(|text| text.len() == key.len() && text.as_str() == key)
        })
    }

    /// Whether there is such a key.
    #[inline]
    pub fn contains(&self, key: &str) -> bool {
        self.position(key).is_some()
    }

    /// The entry of a key.
    #[inline]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.position(key).map(|at| &self.entries[at])
    }

    /// The value of a key.
    #[inline]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value of a key, to change.
    #[inline]
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.position(key).map(|at| &mut self.entries[at].value)
    }

    /// Appends an entry, whether or not the key is there.
    #[inline]
    pub fn push(&mut self, key: Node, value: Node) {
        self.entries.push(Entry { key, value });
    }

    /// Sets the value of a key where it stands and returns the old one, or
    /// appends an entry with a plain string key placed at `span`.
    pub fn set(&mut self, key: &str, value: Node, span: Span) -> Option<Node> {
        match self.get_mut(key) {
            Some(old) => Some(std::mem::replace(old, value)),
            None => {
                self.push(Node::string(Text::from(key), span), value);
                None
            }
        }
    }

    /// Removes the (first) entry of a key; the others keep their order.
    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        self.position(key).map(|at| self.entries.remove(at))
    }
}

impl FromIterator<(Node, Node)> for Mapping {
    fn from_iter<T: IntoIterator<Item = (Node, Node)>>(iter: T) -> Self {
        Self {
            entries: iter
                .into_iter()
                .map(|(key, value)| Entry { key, value })
                .collect(),
        }
    }
}
