//! Tokens to nodes: the grammar of libyaml (`parserc.go`) by recursive descent,
//! with aliases expanded on the way.

use std::collections::BTreeMap;

use terrace_diag::{FileId, Span};

use super::error::{ReadError, ReadResult};
use super::merge;
use super::scanner::Scanner;
use super::token::{RawText, Spanned, Token};
use crate::text::TextBuilder;
use crate::{Content, Entry, Mapping, Node, ReadOptions, Style, Tag, codes};

/// A node that aliases may repeat.
enum Anchor {
    /// It is being read.
    Open,
    /// The node, and how many nodes that is.
    Done(Node, usize),
}

/// Properties before the content of a node.
struct Properties {
    start: u32,
    end: u32,
    anchor: Option<RawText>,
    tag: Tag,
    custom_tag: Option<Box<str>>,
    any: bool,
}

/// Makes nodes of the tokens of one text.
pub(crate) struct Composer<'a> {
    scanner: Scanner<'a>,
    text: &'a str,
    file: FileId,
    options: &'a ReadOptions,
    /// Children of the collections that are open, the innermost last.
    items: Vec<Node>,
    entries: Vec<Entry>,
    anchors: BTreeMap<Box<str>, Anchor>,
    /// `%TAG` handles and prefixes of the document.
    tags: Vec<(Box<str>, Box<str>)>,
    depth: usize,
    nodes: usize,
    alias_nodes: usize,
    documents: usize,
    first: bool,
    /// Whether the node that was read last was an alias.
    was_alias: bool,
    /// Where the node that was read last ends.
    last_end: u32,
}

impl<'a> Composer<'a> {
    pub(crate) fn new(
        text: &'a str,
        range: std::ops::Range<usize>,
        file: FileId,
        options: &'a ReadOptions,
        texts: TextBuilder,
    ) -> Self {
        Self {
            scanner: Scanner::new(text, range.start, range.end, options.limits.depth, texts),
            text,
            file,
            options,
            items: Vec::new(),
            entries: Vec::new(),
            anchors: BTreeMap::new(),
            tags: Vec::new(),
            depth: 0,
            nodes: 0,
            alias_nodes: 0,
            documents: 0,
            first: true,
            was_alias: false,
            last_end: 0,
        }
    }

    /// The texts of all nodes.
    pub(crate) fn into_texts(self) -> TextBuilder {
        self.scanner.into_texts()
    }

    /// The next document; `None` at the end.
    pub(crate) fn next_document(&mut self) -> ReadResult<Option<Node>> {
        if !self.first {
            while self.scanner.peek()?.token == Token::DocumentEnd {
                self.scanner.skip();
            }
        }
        let token = self.scanner.peek()?;
        if token.token == Token::StreamEnd {
            return Ok(None);
        }
        self.documents += 1;
        if self.documents > self.options.limits.documents {
            return Err(ReadError::new(
                &codes::LIMIT_DOCUMENTS,
                format!("more than {} documents", self.options.limits.documents),
                token.start as usize,
                token.start as usize + 1,
            ));
        }
        let explicit = matches!(
            token.token,
            Token::VersionDirective(..) | Token::TagDirective(..) | Token::DocumentStart
        );
        let node = if self.first && !explicit {
            self.node(true, false)?
        } else {
            self.read_directives()?;
            let token = self.scanner.peek()?;
            if token.token != Token::DocumentStart {
                return Err(ReadError::syntax(
                    "did not find expected <document start>",
                    token.start as usize,
                )
                .help("begin a further document with ---"));
            }
            self.scanner.skip();
            let next = self.scanner.peek()?;
            match next.token {
                Token::VersionDirective(..)
                | Token::TagDirective(..)
                | Token::DocumentStart
                | Token::DocumentEnd
                | Token::StreamEnd => self.empty(token.end)?,
                _ => self.node(true, false)?,
            }
        };
        if self.scanner.peek()?.token == Token::DocumentEnd {
            self.scanner.skip();
        }
        self.first = false;
        self.tags.clear();
        self.anchors.clear();
        Ok(Some(node))
    }

    fn read_directives(&mut self) -> ReadResult<()> {
        let mut version = false;
        loop {
            let Spanned { token, start, .. } = self.scanner.peek()?;
            let fail = |message: &'static str| Err(ReadError::syntax(message, start as usize));
            match token {
                Token::VersionDirective(..) if version => {
                    return fail("found duplicate %YAML directive");
                }
                Token::VersionDirective(1, 1) => version = true,
                Token::VersionDirective(..) => return fail("found incompatible YAML document"),
                Token::TagDirective(handle, prefix) => {
                    let handle = self.str(handle);
                    if self.tags.iter().any(|(known, _)| **known == *handle) {
                        return fail("found duplicate %TAG directive");
                    }
                    let tag = (handle.into(), self.str(prefix).into());
                    self.tags.push(tag);
                }
                _ => return Ok(()),
            }
            self.scanner.skip();
        }
    }

    fn str(&self, raw: RawText) -> &str {
        self.scanner.texts().str(self.text, raw)
    }

    fn span(&self, start: u32, end: u32) -> Span {
        Span::new(self.file, start, end)
    }

    /// Counts a node that the text spells out.
    fn count(&mut self, at: u32) -> ReadResult<()> {
        self.nodes += 1;
        if self.nodes > self.options.limits.nodes {
            return Err(ReadError::new(
                &codes::LIMIT_NODES,
                format!("more than {} values", self.options.limits.nodes),
                at as usize,
                at as usize + 1,
            ));
        }
        Ok(())
    }

    /// Counts nodes that are copies.
    fn count_copies(&mut self, copies: usize, at: u32) -> ReadResult<()> {
        self.alias_nodes += copies;
        if self.alias_nodes > self.options.limits.alias_nodes {
            return Err(ReadError::new(
                &codes::LIMIT_ALIASES,
                format!(
                    "aliases repeat more than {} values",
                    self.options.limits.alias_nodes
                ),
                at as usize,
                at as usize + 1,
            ));
        }
        Ok(())
    }

    fn empty(&mut self, at: u32) -> ReadResult<Node> {
        self.count(at)?;
        self.was_alias = false;
        self.last_end = at;
        let text = self.scanner.texts().text(RawText { start: at, len: 0 });
        Ok(Node::new(Content::Scalar(text), self.span(at, at)))
    }

    fn enter(&mut self, at: u32) -> ReadResult<()> {
        self.depth += 1;
        if self.depth > self.options.limits.depth {
            return Err(ReadError::new(
                &codes::LIMIT_DEPTH,
                format!("nested deeper than {} levels", self.options.limits.depth),
                at as usize,
                at as usize + 1,
            ));
        }
        Ok(())
    }

    /// A node; `block`: block collections may begin here; `indentless`: a
    /// sequence may begin without being indented.
    fn node(&mut self, block: bool, indentless: bool) -> ReadResult<Node> {
        let token = self.scanner.peek()?;
        if let Token::Alias(name) = token.token {
            self.scanner.skip();
            return self.alias(name, token);
        }
        self.count(token.start)?;
        if matches!(token.token, Token::Anchor(_) | Token::Tag(..)) {
            return self.node_with_properties(token, block, indentless);
        }
        let node = self.content(token, block, indentless)?;
        self.was_alias = false;
        match node {
            Some(node) => Ok(node),
            None => Err(missing_content(token, block)),
        }
    }

    /// A node with an anchor or a tag.
    fn node_with_properties(
        &mut self,
        first: Spanned,
        block: bool,
        indentless: bool,
    ) -> ReadResult<Node> {
        let properties = self.properties(first)?;
        let token = self.scanner.peek()?;
        let before = self.nodes + self.alias_nodes;
        if let Some(anchor) = properties.anchor {
            let name = self.str(anchor).into();
            self.anchors.insert(name, Anchor::Open);
        }
        let mut node = match self.content(token, block, indentless)? {
            Some(node) => node,
            None if properties.any => {
                let start = properties.end;
                self.last_end = start;
                let text = self.scanner.texts().text(RawText { start, len: 0 });
                Node::new(Content::Scalar(text), self.span(start, start))
            }
            None => return Err(missing_content(token, block)),
        };
        let span = node.span();
        node.set_span(self.span(properties.start, span.end.max(properties.end)));
        match properties.custom_tag {
            Some(tag) => node.set_custom_tag(&tag),
            None => node.set_tag(properties.tag),
        }
        if let Some(anchor) = properties.anchor {
            let size = self.nodes + self.alias_nodes - before + 1;
            self.count_copies(size, properties.start)?;
            let name = self.str(anchor).into();
            self.anchors.insert(name, Anchor::Done(node.clone(), size));
        }
        self.was_alias = false;
        Ok(node)
    }

    /// A scalar or a collection; `None` if none of them begins here.
    fn content(
        &mut self,
        token: Spanned,
        block: bool,
        indentless: bool,
    ) -> ReadResult<Option<Node>> {
        match token.token {
            Token::Scalar(text, style) => {
                self.scanner.skip();
                self.last_end = token.end;
                let text = self.scanner.texts().text(text);
                let node = Node::new(Content::Scalar(text), self.span(token.start, token.end));
                Ok(Some(node.with_style(style)))
            }
            Token::BlockEntry if indentless => self.indentless_sequence(token).map(Some),
            Token::FlowSequenceStart => self.flow_sequence(token).map(Some),
            Token::FlowMappingStart => self.flow_mapping(token).map(Some),
            Token::BlockSequenceStart if block => self.block_sequence(token).map(Some),
            Token::BlockMappingStart if block => self.block_mapping(token).map(Some),
            _ => Ok(None),
        }
    }

    fn alias(&mut self, name: RawText, token: Spanned) -> ReadResult<Node> {
        let (start, end) = (token.start as usize, token.end as usize);
        let name = self.str(name);
        let (node, size) = match self.anchors.get(name) {
            Some(Anchor::Done(node, size)) => (node.clone(), *size),
            Some(Anchor::Open) => {
                return Err(ReadError::new(
                    &codes::RECURSIVE_ALIAS,
                    format!("anchor '{name}' value contains itself"),
                    start,
                    end,
                ));
            }
            None => {
                let message = format!("unknown anchor '{name}' referenced");
                let known = self.anchors.keys().map(|key| &**key);
                let error = ReadError::new(&codes::UNKNOWN_ANCHOR, message, start, end);
                return Err(match terrace_diag::closest(name, known) {
                    Some(_) => error.help("check the spelling of the anchor"),
                    None => error.help("put a value that begins with * in quotes"),
                });
            }
        };
        self.count_copies(size, token.start)?;
        self.was_alias = true;
        self.last_end = token.end;
        Ok(node)
    }

    fn properties(&mut self, first: Spanned) -> ReadResult<Properties> {
        let mut found = Properties {
            start: first.start,
            end: first.end,
            anchor: None,
            tag: Tag::None,
            custom_tag: None,
            any: false,
        };
        let mut tag_seen = false;
        loop {
            let token = self.scanner.peek()?;
            match token.token {
                Token::Anchor(name) if found.anchor.is_none() => {
                    found.anchor = Some(name);
                    found.any = true;
                }
                Token::Tag(handle, suffix) if !tag_seen => {
                    tag_seen = true;
                    let tag = self.full_tag(handle, suffix, token)?;
                    found.any |= !tag.is_empty();
                    found.tag = Tag::from_text(&tag);
                    if found.tag == Tag::Custom {
                        found.custom_tag = Some(match tag.strip_prefix("tag:yaml.org,2002:") {
                            Some(name) => format!("!!{name}").into(),
                            None => tag.into(),
                        });
                    }
                }
                _ => return Ok(found),
            }
            found.end = token.end;
            self.scanner.skip();
        }
    }

    fn full_tag(&self, handle: RawText, suffix: RawText, token: Spanned) -> ReadResult<String> {
        let handle = self.str(handle);
        let suffix = self.str(suffix);
        let prefix = match self.tags.iter().find(|(known, _)| **known == *handle) {
            Some((_, prefix)) => prefix,
            None => match handle {
                "" => "",
                "!" => "!",
                "!!" => "tag:yaml.org,2002:",
                _ => {
                    return Err(ReadError::syntax(
                        "found undefined tag handle",
                        token.start as usize,
                    )
                    .while_reading("while parsing a node", token.start as usize));
                }
            },
        };
        Ok(format!("{prefix}{suffix}"))
    }

    fn close_sequence(&mut self, base: usize, start: u32, style: Style) -> Node {
        self.depth -= 1;
        let items = self.items.drain(base..).collect();
        Node::sequence(items, self.span(start, self.last_end)).with_style(style)
    }

    fn close_mapping(
        &mut self,
        base: usize,
        start: u32,
        style: Style,
        merge_at: Option<bool>,
    ) -> ReadResult<Node> {
        self.depth -= 1;
        let mut entries: Vec<Entry> = self.entries.drain(base..).collect();
        if let Some(from_alias) = merge_at {
            let copies = merge::expand(&mut entries, from_alias)?;
            self.count_copies(copies, start)?;
        }
        let mapping = Mapping::from_entries(entries);
        Ok(Node::mapping(mapping, self.span(start, self.last_end)).with_style(style))
    }

    fn push_entry(&mut self, key: Node, value: Node, merge: &mut Option<bool>) {
        if self.options.merge_keys && merge::is_named_merge(&key) {
            *merge = Some(self.was_alias);
        }
        self.entries.push(Entry { key, value });
    }

    fn indentless_sequence(&mut self, open: Spanned) -> ReadResult<Node> {
        self.enter(open.start)?;
        let base = self.items.len();
        loop {
            let token = self.scanner.peek()?;
            if token.token != Token::BlockEntry {
                return Ok(self.close_sequence(base, open.start, Style::Plain));
            }
            self.scanner.skip();
            let item = match self.scanner.peek()?.token {
                Token::BlockEntry | Token::Key | Token::Value | Token::BlockEnd => {
                    self.empty(token.end)?
                }
                _ => self.node(true, false)?,
            };
            self.items.push(item);
        }
    }

    fn block_sequence(&mut self, open: Spanned) -> ReadResult<Node> {
        self.enter(open.start)?;
        self.scanner.skip();
        let base = self.items.len();
        loop {
            let token = self.scanner.peek()?;
            self.scanner.skip();
            match token.token {
                Token::BlockEntry => {}
                Token::BlockEnd => return Ok(self.close_sequence(base, open.start, Style::Plain)),
                _ => {
                    return Err(ReadError::syntax(
                        "did not find expected '-' indicator",
                        token.start as usize,
                    )
                    .while_reading("while parsing a block collection", open.start as usize)
                    .help("check the indentation of this line"));
                }
            }
            let item = match self.scanner.peek()?.token {
                Token::BlockEntry | Token::BlockEnd => self.empty(token.end)?,
                _ => self.node(true, false)?,
            };
            self.items.push(item);
        }
    }

    fn block_mapping(&mut self, open: Spanned) -> ReadResult<Node> {
        self.enter(open.start)?;
        self.scanner.skip();
        let base = self.entries.len();
        let mut merge = None;
        loop {
            let token = self.scanner.peek()?;
            self.scanner.skip();
            match token.token {
                Token::Key => {}
                Token::BlockEnd => {
                    return self.close_mapping(base, open.start, Style::Plain, merge);
                }
                _ => {
                    return Err(ReadError::syntax(
                        "did not find expected key",
                        token.start as usize,
                    )
                    .while_reading("while parsing a block mapping", open.start as usize)
                    .help("check the indentation and the quotes of this line"));
                }
            }
            let key = self.block_mapping_node(token.end)?;
            let token = self.scanner.peek()?;
            let value = if token.token == Token::Value {
                self.scanner.skip();
                self.block_mapping_node(token.end)?
            } else {
                self.empty(token.start)?
            };
            self.push_entry(key, value, &mut merge);
        }
    }

    fn block_mapping_node(&mut self, after: u32) -> ReadResult<Node> {
        match self.scanner.peek()?.token {
            Token::Key | Token::Value | Token::BlockEnd => self.empty(after),
            _ => self.node(true, true),
        }
    }

    /// The `,` before an item that is not the first.
    fn flow_separator(&mut self, first: bool, end: Token, open: Spanned) -> ReadResult<Spanned> {
        let token = self.scanner.peek()?;
        if first || token.token == end {
            return Ok(token);
        }
        if token.token == Token::FlowEntry {
            self.scanner.skip();
            return self.scanner.peek();
        }
        let (what, expected) = if end == Token::FlowSequenceEnd {
            (
                "while parsing a flow sequence",
                "did not find expected ',' or ']'",
            )
        } else {
            (
                "while parsing a flow mapping",
                "did not find expected ',' or '}'",
            )
        };
        Err(ReadError::syntax(expected, token.start as usize)
            .while_reading(what, open.start as usize))
    }

    fn flow_sequence(&mut self, open: Spanned) -> ReadResult<Node> {
        self.enter(open.start)?;
        self.scanner.skip();
        let base = self.items.len();
        let mut first = true;
        loop {
            let token = self.flow_separator(first, Token::FlowSequenceEnd, open)?;
            first = false;
            let item = match token.token {
                Token::FlowSequenceEnd => {
                    self.scanner.skip();
                    self.last_end = token.end;
                    return Ok(self.close_sequence(base, open.start, Style::Flow));
                }
                Token::Key => self.flow_pair(token)?,
                _ => self.node(false, false)?,
            };
            self.items.push(item);
        }
    }

    /// `[key: value]`: a mapping of one entry.
    fn flow_pair(&mut self, open: Spanned) -> ReadResult<Node> {
        self.count(open.start)?;
        self.enter(open.start)?;
        self.scanner.skip();
        let base = self.entries.len();
        let token = self.scanner.peek()?;
        let key = match token.token {
            Token::Value | Token::FlowEntry | Token::FlowSequenceEnd => {
                // go-yaml drops this token, too.
                self.scanner.skip();
                self.empty(token.end)?
            }
            _ => self.node(false, false)?,
        };
        let token = self.scanner.peek()?;
        let mut value = None;
        if token.token == Token::Value {
            self.scanner.skip();
            let token = self.scanner.peek()?.token;
            if !matches!(token, Token::FlowEntry | Token::FlowSequenceEnd) {
                value = Some(self.node(false, false)?);
            }
        }
        let value = match value {
            Some(value) => value,
            None => self.empty(token.start)?,
        };
        let mut merge = None;
        self.push_entry(key, value, &mut merge);
        self.close_mapping(base, open.start, Style::Flow, merge)
    }

    fn flow_mapping(&mut self, open: Spanned) -> ReadResult<Node> {
        self.enter(open.start)?;
        self.scanner.skip();
        let base = self.entries.len();
        let mut merge = None;
        let mut first = true;
        loop {
            let token = self.flow_separator(first, Token::FlowMappingEnd, open)?;
            first = false;
            let (key, value) = match token.token {
                Token::FlowMappingEnd => {
                    self.scanner.skip();
                    self.last_end = token.end;
                    return self.close_mapping(base, open.start, Style::Flow, merge);
                }
                Token::Key => {
                    self.scanner.skip();
                    let next = self.scanner.peek()?;
                    let key = match next.token {
                        Token::Value | Token::FlowEntry | Token::FlowMappingEnd => {
                            self.empty(next.start)?
                        }
                        _ => self.node(false, false)?,
                    };
                    (key, self.flow_mapping_value()?)
                }
                _ => {
                    let key = self.node(false, false)?;
                    let at = self.scanner.peek()?.start;
                    (key, self.empty(at)?)
                }
            };
            self.push_entry(key, value, &mut merge);
        }
    }

    fn flow_mapping_value(&mut self) -> ReadResult<Node> {
        let token = self.scanner.peek()?;
        if token.token == Token::Value {
            self.scanner.skip();
            let next = self.scanner.peek()?.token;
            if !matches!(next, Token::FlowEntry | Token::FlowMappingEnd) {
                return self.node(false, false);
            }
        }
        self.empty(token.start)
    }
}

fn missing_content(token: Spanned, block: bool) -> Box<ReadError> {
    let what = if block {
        "while parsing a block node"
    } else {
        "while parsing a flow node"
    };
    let at = token.start as usize;
    ReadError::syntax("did not find expected node content", at).while_reading(what, at)
}
