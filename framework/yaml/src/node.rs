//! The document model: what a YAML text says, scalars as they were written.
//!
//! A scalar stays (text, style, tag) until a resolver of [`crate::resolve`] is
//! asked: kustomize writes *text* into nodes and the type is found at the end.
//! Anchors, aliases and merge keys are gone after reading.

use terrace_diag::{FileId, Span};

use crate::{Mapping, Text};

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Without quotes: the type depends on the text. Also said of collections
    /// in block style.
    #[default]
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A collection in `[…]` or `{…}`.
    Flow,
}

/// The tag of a node as far as it is explicit. Texts are those of YAML 1.1
/// (`tag:yaml.org,2002:…`) in their short form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tag {
    /// Nothing was said: style and text decide.
    #[default]
    None,
    /// `!!null`
    Null,
    /// `!!bool`
    Bool,
    /// `!!int`
    Int,
    /// `!!float`
    Float,
    /// `!!str`
    Str,
    /// `!!timestamp`
    Timestamp,
    /// `!!binary`
    Binary,
    /// `!!merge`
    Merge,
    /// `!!seq`
    Seq,
    /// `!!map`
    Map,
    /// Any other: its text is [`Node::tag_text`].
    Custom,
}

impl Tag {
    /// The short form, `!!str`; empty for `None` and `Custom`.
    pub const fn short(self) -> &'static str {
        match self {
            Self::None | Self::Custom => "",
            Self::Null => "!!null",
            Self::Bool => "!!bool",
            Self::Int => "!!int",
            Self::Float => "!!float",
            Self::Str => "!!str",
            Self::Timestamp => "!!timestamp",
            Self::Binary => "!!binary",
            Self::Merge => "!!merge",
            Self::Seq => "!!seq",
            Self::Map => "!!map",
        }
    }

    /// From the short or long form; `Custom` if it is none of YAML's own.
    pub fn from_text(text: &str) -> Self {
        let name = match text.strip_prefix("tag:yaml.org,2002:") {
            Some(name) => name,
            // `!` leaves the type to style and text, as go-yaml does it.
            None if text.is_empty() || text == "!" => return Self::None,
            None => match text.strip_prefix("!!") {
                Some(name) => name,
                None => return Self::Custom,
            },
        };
        match name {
            "null" => Self::Null,
            "bool" => Self::Bool,
            "int" => Self::Int,
            "float" => Self::Float,
            "str" => Self::Str,
            "timestamp" => Self::Timestamp,
            "binary" => Self::Binary,
            "merge" => Self::Merge,
            "seq" => Self::Seq,
            "map" => Self::Map,
            _ => Self::Custom,
        }
    }
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A scalar's text, escapes resolved and lines folded.
    Scalar(Text),
    /// Items in order.
    Sequence(Vec<Node>),
    /// Entries in order; keys may repeat (see [`crate::duplicate_keys`]).
    Mapping(Mapping),
}

/// `Content` with a custom tag beside it where there is one: nearly no node has
/// one, so it must not cost every node a field.
#[derive(Debug, Clone)]
enum Repr {
    Bare(Content),
    Tagged(Box<(Box<str>, Content)>),
}

/// One node with its place. 48 bytes; equality ignores the place and the mark.
#[derive(Debug, Clone)]
pub struct Node {
    repr: Repr,
    span: Span,
    style: Style,
    tag: Tag,
    mark: u16,
}

/// The place of nodes that no file holds.
pub const NO_SPAN: Span = Span::new(FileId(u32::MAX), 0, 0);

impl Node {
    /// A node of any content, without tag, in plain style.
    #[inline]
    pub fn new(content: Content, span: Span) -> Self {
        Self {
            repr: Repr::Bare(content),
            span,
            style: Style::Plain,
            tag: Tag::None,
            mark: 0,
        }
    }

    /// A plain scalar without a tag: its type depends on its text.
    pub fn plain(text: impl Into<Text>, span: Span) -> Self {
        Self::new(Content::Scalar(text.into()), span)
    }

    /// A plain scalar tagged `!!str`: a string whatever its text is.
    pub fn string(text: impl Into<Text>, span: Span) -> Self {
        Self::plain(text, span).with_tag(Tag::Str)
    }

    /// The null scalar `null`.
    pub fn null(span: Span) -> Self {
        Self::plain("null", span).with_tag(Tag::Null)
    }

    /// A sequence.
    pub fn sequence(items: Vec<Self>, span: Span) -> Self {
        Self::new(Content::Sequence(items), span)
    }

    /// A mapping.
    pub fn mapping(mapping: Mapping, span: Span) -> Self {
        Self::new(Content::Mapping(mapping), span)
    }

    /// With this tag (not `Custom`: see [`Node::set_custom_tag`]).
    #[must_use]
    pub fn with_tag(mut self, tag: Tag) -> Self {
        self.set_tag(tag);
        self
    }

    /// With this style.
    #[must_use]
    pub fn with_style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    /// With this place.
    #[must_use]
    pub fn with_span(mut self, span: Span) -> Self {
        self.span = span;
        self
    }

    /// Where it is written, or what set it last.
    #[inline]
    pub fn span(&self) -> Span {
        self.span
    }

    /// Changes the place.
    #[inline]
    pub fn set_span(&mut self, span: Span) {
        self.span = span;
    }

    /// How it was written.
    #[inline]
    pub fn style(&self) -> Style {
        self.style
    }

    /// Changes the style.
    #[inline]
    pub fn set_style(&mut self, style: Style) {
        self.style = style;
    }

    /// The explicit tag.
    #[inline]
    pub fn tag(&self) -> Tag {
        self.tag
    }

    /// The explicit tag as text: short form for YAML's own, as written for
    /// others (`!append`), empty for none.
    pub fn tag_text(&self) -> &str {
        match &self.repr {
            Repr::Tagged(tagged) => &tagged.0,
            Repr::Bare(_) => self.tag.short(),
        }
    }

    /// Sets or (with `Tag::None`) removes the tag. `Custom` counts as `None`.
    pub fn set_tag(&mut self, tag: Tag) {
        if let Repr::Tagged(tagged) = &mut self.repr {
            let content = std::mem::replace(&mut tagged.1, Content::Sequence(Vec::new()));
            self.repr = Repr::Bare(content);
        }
        self.tag = if tag == Tag::Custom { Tag::None } else { tag };
    }

    /// Sets a tag that is not one of YAML's own, `!append`.
    pub fn set_custom_tag(&mut self, text: &str) {
        self.set_tag(Tag::None);
        let content = std::mem::replace(self.content_mut(), Content::Sequence(Vec::new()));
        self.repr = Repr::Tagged(Box::new((text.into(), content)));
        self.tag = Tag::Custom;
    }

    /// A number for the use of whoever transforms the document; 0 in what was
    /// read, ignored by equality and output.
    #[inline]
    pub fn mark(&self) -> u16 {
        self.mark
    }

    /// Changes the number of [`Node::mark`].
    #[inline]
    pub fn set_mark(&mut self, mark: u16) {
        self.mark = mark;
    }

    /// What it holds.
    #[inline]
    pub fn content(&self) -> &Content {
        match &self.repr {
            Repr::Bare(content) => content,
            Repr::Tagged(tagged) => &tagged.1,
        }
    }

    /// What it holds, to change.
    #[inline]
    pub fn content_mut(&mut self) -> &mut Content {
        match &mut self.repr {
            Repr::Bare(content) => content,
            Repr::Tagged(tagged) => &mut tagged.1,
        }
    }

    /// What it holds, without place, style and tag.
    pub fn into_content(self) -> Content {
        match self.repr {
            Repr::Bare(content) => content,
            Repr::Tagged(tagged) => tagged.1,
        }
    }

    /// Whether it is a scalar.
    #[inline]
    pub fn is_scalar(&self) -> bool {
        matches!(self.content(), Content::Scalar(_))
    }

    /// Whether it is a sequence.
    #[inline]
    pub fn is_sequence(&self) -> bool {
        matches!(self.content(), Content::Sequence(_))
    }

    /// Whether it is a mapping.
    #[inline]
    pub fn is_mapping(&self) -> bool {
        matches!(self.content(), Content::Mapping(_))
    }

    /// Whether the type of this scalar depends on its text: plain, no tag.
    pub fn is_untyped(&self) -> bool {
        self.tag == Tag::None && self.style == Style::Plain && self.is_scalar()
    }

    /// Whether it is a scalar in quotes or a block scalar.
    pub fn is_quoted(&self) -> bool {
        self.is_scalar() && self.style != Style::Plain
    }

    /// A scalar's text, whatever its type.
    #[inline]
    pub fn text(&self) -> Option<&Text> {
        match self.content() {
            Content::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// A scalar's text, whatever its type.
    #[inline]
    pub fn as_str(&self) -> Option<&str> {
        self.text().map(Text::as_str)
    }

    /// Replaces the text of a scalar, keeping style and tag; on a collection,
    /// replaces it by an untyped plain scalar.
    pub fn set_text(&mut self, text: impl Into<Text>) {
        if !self.is_scalar() {
            self.set_tag(Tag::None);
            self.style = Style::Plain;
        }
        *self.content_mut() = Content::Scalar(text.into());
    }

    /// The items of a sequence.
    #[inline]
    pub fn items(&self) -> Option<&[Self]> {
        match self.content() {
            Content::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The items of a sequence, to change.
    #[inline]
    pub fn items_mut(&mut self) -> Option<&mut Vec<Self>> {
        match self.content_mut() {
            Content::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a mapping.
    #[inline]
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match self.content() {
            Content::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The entries of a mapping, to change.
    #[inline]
    pub fn as_mapping_mut(&mut self) -> Option<&mut Mapping> {
        match self.content_mut() {
            Content::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The value under a key of a mapping; `None` also for other nodes.
    #[inline]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_mapping()?.get(key)
    }

    /// The value under a key of a mapping, to change.
    #[inline]
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        self.as_mapping_mut()?.get_mut(key)
    }

    /// The text under a key of a mapping, if that is a scalar.
    #[inline]
    pub fn get_str(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }

    /// The node at the end of a path of mapping keys.
    #[inline]
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The node at the end of a path of mapping keys, to change.
    pub fn at_mut(&mut self, path: &[&str]) -> Option<&mut Self> {
        path.iter().try_fold(self, |node, key| node.get_mut(key))
    }
}

impl Default for Node {
    fn default() -> Self {
        Self::null(NO_SPAN)
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.style == other.style
            && self.tag == other.tag
            && self.tag_text() == other.tag_text()
            && self.content() == other.content()
    }
}

const _: () = assert!(std::mem::size_of::<Node>() <= 48);
