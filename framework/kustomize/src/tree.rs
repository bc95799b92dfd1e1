//! Changing documents the way kyaml does (`kyaml/yaml/fns.go`, `rnode.go`).
//!
//! kyaml builds documents of shared nodes: a label that one transformer adds to
//! several fields of a resource stays *one* node, and a later change of one of
//! these fields changes all. Nodes that are one carry the same number in their
//! [`Node::mark`]; whoever writes to such a node notes it in [`Writes`], and
//! [`Writes::spread`] repeats the write on the others.

use terrace_diag::Span;
use terrace_yaml::{Content, Mapping, Node, Style, Tag, Text};

use crate::scalar;

/// In [`Node::mark`]: the scalar has no tag, not even the implicit one that
/// reading gives. Its text alone decides its type, whatever is written later.
const UNTAGGED: u16 = 1 << 15;
/// In [`Node::mark`]: which tag the scalar keeps in quotes, by [`KEPT`]; 0 is
/// none. It does not show unless another text is written into the scalar.
const KEEP: u16 = 0b0111 << KEEP_SHIFT;
const KEEP_SHIFT: u32 = 12;
const KEPT: [Tag; 6] = [
    Tag::None,
    Tag::Null,
    Tag::Bool,
    Tag::Int,
    Tag::Float,
    Tag::Timestamp,
];
/// In [`Node::mark`]: which nodes are one; 0 is a node of its own.
const SHARE: u16 = (1 << KEEP_SHIFT) - 1;

/// The kind of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Scalar,
    Sequence,
    Mapping,
}

impl Kind {
    pub(crate) fn of(node: &Node) -> Self {
        match node.content() {
            Content::Scalar(_) => Self::Scalar,
            Content::Sequence(_) => Self::Sequence,
            Content::Mapping(_) => Self::Mapping,
        }
    }

    /// The name in kyaml's messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Scalar => "ScalarNode",
            Self::Sequence => "SequenceNode",
            Self::Mapping => "MappingNode",
        }
    }

    /// An empty node of this kind, as kyaml makes them.
    pub(crate) fn empty(self, span: Span) -> Node {
        match self {
            Self::Scalar => untagged("", span),
            Self::Sequence => Node::sequence(Vec::new(), span),
            Self::Mapping => Node::mapping(Mapping::new(), span),
        }
    }
}

/// A plain scalar whose text alone decides its type.
pub(crate) fn untagged(text: impl Into<Text>, span: Span) -> Node {
    let mut node = Node::plain(text, span);
    node.set_mark(UNTAGGED);
    node
}

/// The tag that kyaml sees: the explicit one, or the one that reading implies.
/// `None` for scalars made without.
pub(crate) fn tag(node: &Node) -> Tag {
    match (node.tag(), node.content()) {
        (Tag::None, Content::Mapping(_)) => Tag::Map,
        (Tag::None, Content::Sequence(_)) => Tag::Seq,
        (Tag::None, Content::Scalar(text)) => {
            let kept = kept(node);
            if node.mark() & UNTAGGED != 0 {
                Tag::None
            } else if kept != Tag::None {
                kept
            } else if node.style() != Style::Plain {
                Tag::Str
            } else {
                scalar::implicit_tag(text)
            }
        }
        (tag, _) => tag,
    }
}

/// Whether the node is tagged null, explicitly or by its text.
pub(crate) fn is_null(node: &Node) -> bool {
    match node.tag() {
        Tag::Null => true,
        Tag::None => {
            node.style() == Style::Plain
                && node.mark() & UNTAGGED == 0
                && node.as_str().is_some_and(scalar::is_null_text)
        }
        _ => false,
    }
}

/// Null, or a collection without content.
pub(crate) fn is_null_or_empty(node: &Node) -> bool {
    match node.content() {
        Content::Scalar(_) => is_null(node),
        Content::Sequence(items) => items.is_empty(),
        Content::Mapping(mapping) => mapping.is_empty() || node.tag() == Tag::Null,
    }
}

/// Whether kyaml takes the scalar for a string: tagged so, or not tagged.
pub(crate) fn is_string(node: &Node) -> bool {
    node.is_scalar() && matches!(tag(node), Tag::Str | Tag::None)
}

/// The text of a scalar, the empty one for null and collections.
pub(crate) fn value(node: &Node) -> &str {
    if is_null(node) { "" } else { raw_value(node) }
}

/// The text of a scalar, of null too; the empty one for collections.
pub(crate) fn raw_value(node: &Node) -> &str {
    node.as_str().unwrap_or("")
}

/// Writes to shared nodes that the other places have to repeat.
#[derive(Debug, Default)]
pub(crate) struct Writes {
    pending: Vec<(u16, Node)>,
}

impl Writes {
    /// Repeats the noted writes in the document they were made in.
    pub(crate) fn spread(&mut self, root: &mut Node) {
        for (share, new) in std::mem::take(&mut self.pending) {
            spread(root, share, &new);
        }
    }

    fn note(&mut self, node: &Node) {
        let share = node.mark() & SHARE;
        if share != 0 {
            self.pending.push((share, node.clone()));
        }
    }
}

fn spread(node: &mut Node, share: u16, new: &Node) {
    if node.mark() & SHARE == share {
        *node = new.clone();
        return;
    }
    match node.content_mut() {
        Content::Scalar(_) => {}
        Content::Sequence(items) => items.iter_mut().for_each(|item| spread(item, share, new)),
        Content::Mapping(mapping) => mapping
            .iter_mut()
            .for_each(|(_, value)| spread(value, share, new)),
    }
}

/// Makes the node one with all others of this number.
pub(crate) fn share(node: &mut Node, number: u16) {
    node.set_mark(node.mark() & !SHARE | number & SHARE);
}

/// Makes all nodes of a copy nodes of their own.
pub(crate) fn unshare(node: &mut Node) {
    node.set_mark(node.mark() & !SHARE);
    match node.content_mut() {
        Content::Scalar(_) => {}
        Content::Sequence(items) => items.iter_mut().for_each(unshare),
        Content::Mapping(mapping) => mapping.iter_mut().for_each(|(_, value)| unshare(value)),
    }
}

/// Puts `new` in the place of `old`, which stays the node it is: what shares it
/// changes too. The style of `old` stays. A string stays a string in it; of
/// anything else quotes make one, unless its tag is not the one its text implies.
pub(crate) fn overwrite(old: &mut Node, mut new: Node, writes: &mut Writes) {
    let tag = tag(&new);
    new.set_style(old.style());
    settle_tag(&mut new, tag);
    replace(old, new, writes);
}

/// Gives a scalar the tag that shows. One that its text implies anyway does not:
/// in quotes, the scalar is a string then.
fn settle_tag(node: &mut Node, tag: Tag) {
    if !node.is_scalar() || tag == Tag::None {
        return;
    }
    node.set_mark(node.mark() & !KEEP);
    let kept = KEPT.iter().position(|one| *one == tag);
    match kept {
        Some(at) if tag == scalar::implicit_tag(raw_value(node)) => {
            node.set_tag(Tag::None);
            if node.style() != Style::Plain {
                node.set_mark(node.mark() | (at as u16) << KEEP_SHIFT);
            }
        }
        _ => node.set_tag(tag),
    }
}

fn kept(node: &Node) -> Tag {
    let at = usize::from((node.mark() & KEEP) >> KEEP_SHIFT);
    KEPT.get(at).copied().unwrap_or_default()
}

/// As [`overwrite`], with the style of `new`.
pub(crate) fn replace(old: &mut Node, mut new: Node, writes: &mut Writes) {
    new.set_mark(new.mark() & !SHARE | old.mark() & SHARE);
    *old = new;
    writes.note(old);
}

/// Changes only the text of a scalar: its tag stays, also the implicit one.
pub(crate) fn set_text(node: &mut Node, text: impl Into<Text>, span: Span, writes: &mut Writes) {
    let tag = tag(node);
    node.set_text(text);
    settle_tag(node, tag);
    node.set_span(span);
    writes.note(node);
}

/// Sets a field as kyaml's `FieldSetter`: an existing one keeps its style. The
/// target must be a mapping.
pub(crate) fn set_field(mapping: &mut Mapping, name: &str, mut new: Node, writes: &mut Writes) {
    match mapping.get_mut(name) {
        Some(old) => overwrite(old, new, writes),
        None => {
            quote_if_ambiguous(&mut new);
            push(mapping, name, new);
        }
    }
}

/// Appends a field with an untagged key.
pub(crate) fn push(mapping: &mut Mapping, name: &str, value: Node) {
    let span = value.span();
    mapping.push(untagged(name, span), value);
}

/// Plain strings that YAML 1.1 reads as something else get quotes.
pub(crate) fn quote_if_ambiguous(node: &mut Node) {
    if node.style() == Style::Plain
        && is_string(node)
        && scalar::is_non_string_v1_1(raw_value(node))
    {
        node.set_style(Style::DoubleQuoted);
    }
}

/// What is wrong with a node that should be of another kind.
pub(crate) fn wrong_kind(wanted: Kind, node: &Node) -> String {
    format!(
        "wrong node kind: expected {} but got {}",
        wanted.name(),
        Kind::of(node).name()
    )
}
