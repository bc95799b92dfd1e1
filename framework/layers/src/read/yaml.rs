//! YAML layer files as the same tree as HCL ones.
//!
//! The keys are those of an HCL file; the operators are tags (`!append`,
//! `!prepend`, `!merge_by`, `!override`, `!unset`), nested blocks of providers
//! and backends are `!block` mappings; `${…}` in strings means the same.

use terrace_diag::{Diagnostic, Diagnostics, SourceFile, Span};
use terrace_hcl::ast::{
    Attribute, Block, Body, Call, Expr, ExprKind, Ident, Item, ObjectItem, ObjectKey, UnaryOp,
};
use terrace_yaml::resolve::{Value, core, yaml11_reading};
use terrace_yaml::{Content, Node, ReadOptions, Style, Tag, duplicate_keys};

use crate::codes;

/// Kinds whose mapping holds one entry for each label.
const LABELLED: [&str; 3] = ["terraform", "kustomize", "backend"];

pub(super) fn parse(file: terrace_diag::FileId, source: &SourceFile) -> (Body, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let mut body = Body {
        items: Vec::new(),
        span: Span::new(file, 0, source.text().len() as u32),
    };
    let options = ReadOptions {
        merge_keys: false,
        ..ReadOptions::default()
    };
    let root = match terrace_yaml::read_one(&source.shared_text(), file, &options) {
        Ok(Some(root)) => root,
        Ok(None) => return (body, diagnostics),
        Err(error) => {
            diagnostics.push(error);
            return (body, diagnostics);
        }
    };
    diagnostics.extend(duplicate_keys(&root));
    let mut reader = Reader {
        source,
        diagnostics: &mut diagnostics,
    };
    for (key, value) in reader.entries(&root, "a YAML layer file") {
        reader.definition(key, value, &mut body.items);
    }
    (body, diagnostics)
}

struct Reader<'a> {
    source: &'a SourceFile,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn entries<'n>(&mut self, node: &'n Node, what: &str) -> Vec<(&'n Node, &'n Node)> {
        match node.as_mapping() {
            Some(mapping) => mapping.iter().collect(),
            None if self.is_empty(node) => Vec::new(),
            None => {
                self.shape(node, &format!("{what} is a mapping"));
                Vec::new()
            }
        }
    }

    fn is_empty(&self, node: &Node) -> bool {
        node.as_str() == Some("") && node.style() == Style::Plain && node.tag() == Tag::None
    }

    fn shape(&mut self, node: &Node, message: &str) {
        self.diagnostics
            .push(Diagnostic::error(&codes::YAML_SHAPE, message).at(node.span()));
    }

    fn name(&mut self, key: &Node) -> Option<Ident> {
        let Some(text) = key.as_str() else {
            self.shape(key, "a key must be a plain name");
            return None;
        };
        self.ambiguous(key);
        Some(Ident {
            name: text.into(),
            span: key.span(),
        })
    }

    /// One top-level key: blocks of one kind.
    fn definition(&mut self, key: &Node, value: &Node, items: &mut Vec<Item>) {
        let Some(kind) = self.name(key) else {
            return;
        };
        if LABELLED.contains(&kind.name.as_str()) {
            for (label, body) in self.entries(value, &format!("`{}`", kind.name)) {
                self.labelled(&kind, label, body, items);
            }
        } else if kind.name == "provider" {
            for (label, body) in self.entries(value, "`provider`") {
                match body.items() {
                    Some(several) => {
                        for one in several {
                            self.labelled(&kind, label, one, items);
                        }
                    }
                    None => self.labelled(&kind, label, body, items),
                }
            }
        } else {
            let body = self.body(value, &format!("`{}`", kind.name));
            items.push(Item::Block(Block {
                header: kind.span,
                kind,
                labels: Vec::new(),
                body,
            }));
        }
    }

    fn labelled(&mut self, kind: &Ident, label: &Node, body: &Node, items: &mut Vec<Item>) {
        let Some(label) = self.name(label) else {
            return;
        };
        let body = self.body(body, &format!("{} `{}`", kind.name, label.name));
        items.push(Item::Block(Block {
            kind: kind.clone(),
            header: label.span,
            labels: vec![label],
            body,
        }));
    }

    fn body(&mut self, node: &Node, what: &str) -> Body {
        let mut items = Vec::new();
        for (key, value) in self.entries(node, what) {
            let Some(name) = self.name(key) else {
                continue;
            };
            if value.tag_text() == "!block" {
                let header = name.span;
                let body = self.body(value, &format!("`{}`", name.name));
                items.push(Item::Block(Block {
                    kind: name,
                    labels: Vec::new(),
                    body,
                    header,
                }));
                continue;
            }
            if let Some(expr) = self.value(value) {
                items.push(Item::Attribute(Attribute { name, expr }));
            }
        }
        Body {
            items,
            span: node.span(),
        }
    }

    /// A value with its operator tag.
    fn value(&mut self, node: &Node) -> Option<Expr> {
        let span = node.span();
        if node.tag() != Tag::Custom {
            return self.plain(node);
        }
        let operator = match node.tag_text() {
            "!unset" => {
                let kind = ExprKind::Variable("unset".into());
                return Some(Expr { kind, span });
            }
            "!append" => "append",
            "!prepend" => "prepend",
            "!override" => "override",
            "!merge_by" => "merge_by",
            other => {
                self.diagnostics.push(
                    Diagnostic::error(&codes::YAML_TAG, format!("the tag `{other}` is not known"))
                        .at(span)
                        .help(
                            "the operators are !append, !prepend, !merge_by, !override and !unset",
                        ),
                );
                return None;
            }
        };
        let args = match (operator, node.items()) {
            ("merge_by", Some([key, list])) => vec![self.value(key)?, self.value(list)?],
            ("merge_by", _) => {
                self.shape(node, "`!merge_by` is written `!merge_by [KEY, [ITEM, …]]`");
                return None;
            }
            _ => vec![self.plain(&self.untagged(node))?],
        };
        let kind = ExprKind::Call(Box::new(Call {
            name: Ident {
                name: operator.into(),
                span,
            },
            args,
            expand_final: false,
        }));
        Some(Expr { kind, span })
    }

    /// What an operator's tag stands before: the same without the tag, which
    /// would make every scalar a string, and with the place of the value alone.
    fn untagged(&self, node: &Node) -> Node {
        let mut span = node.span();
        let raw = &self.source.text()[span.start as usize..span.end as usize];
        let tag = node.tag_text();
        if let Some(at) = raw.find(tag) {
            let rest = raw[at + tag.len()..].trim_start();
            span.start = span.end - rest.len() as u32;
        }
        let mut bare = node.clone();
        bare.set_tag(Tag::None);
        bare.with_span(span)
    }

    fn plain(&mut self, node: &Node) -> Option<Expr> {
        let span = node.span();
        let kind = match node.content() {
            Content::Sequence(items) => {
                ExprKind::Tuple(items.iter().filter_map(|item| self.value(item)).collect())
            }
            Content::Mapping(mapping) => {
                let mut out = Vec::with_capacity(mapping.len());
                for (key, value) in mapping.iter() {
                    if let (Some(name), Some(value)) = (self.name(key), self.value(value)) {
                        out.push(ObjectItem {
                            key: ObjectKey::Name(name),
                            value,
                        });
                    }
                }
                ExprKind::Object(out)
            }
            Content::Scalar(_) => return self.scalar(node),
        };
        Some(Expr { kind, span })
    }

    fn scalar(&mut self, node: &Node) -> Option<Expr> {
        let span = node.span();
        self.ambiguous(node);
        let value = match core(node) {
            Ok(value) => value,
            Err(error) => {
                self.diagnostics.push(error);
                return None;
            }
        };
        let number = |text: String| match text.strip_prefix('-') {
            Some(digits) => ExprKind::Unary {
                op: UnaryOp::Negate,
                operand: Box::new(Expr {
                    kind: ExprKind::Number(digits.into()),
                    span,
                }),
            },
            None => ExprKind::Number(text.into()),
        };
        let kind = match value {
            Value::Null => ExprKind::Null,
            Value::Bool(bool) => ExprKind::Bool(bool),
            Value::Int(value) => number(value.to_string()),
            Value::Uint(value) => number(value.to_string()),
            Value::BigInt(digits) => number(digits.into_owned()),
            Value::Float(value) if value.is_finite() => number(decimal(node, value)),
            Value::Str(text) => return self.text(node, &text),
            Value::Float(_) | Value::Timestamp(_) | Value::Binary(_) | Value::Merge => {
                self.shape(
                    node,
                    "this value has no meaning in a layer: quote it if it is a string",
                );
                return None;
            }
        };
        Some(Expr { kind, span })
    }

    /// A string; with `${` or `%{` it is a template as in HCL.
    fn text(&mut self, node: &Node, text: &str) -> Option<Expr> {
        let span = node.span();
        if !text.contains("${") && !text.contains("%{") {
            return Some(Expr {
                kind: ExprKind::String(text.into()),
                span,
            });
        }
        let raw = &self.source.text()[span.start as usize..span.end as usize];
        // Where the text stands as it is, places in the template are exact.
        let exact = raw.find(text).filter(|_| node.style() != Style::Literal);
        let base = exact.map_or(0, |at| span.start + at as u32);
        let lines = match (exact, node.style()) {
            (None, Style::Literal) => Some(line_starts(raw, text)),
            _ => None,
        };
        let mut place = |at: Span| match &lines {
            Some(lines) => Span::new(
                span.file,
                span.start + in_block(lines, at.start),
                span.start + in_block(lines, at.end),
            ),
            None if exact.is_some() => at,
            // Folded lines and escapes: the whole text is the place.
            None => span,
        };
        match terrace_hcl::parse_template(span.file, text, base) {
            Ok(mut expr) => {
                expr.map_places(&mut place);
                Some(Expr { span, ..expr })
            }
            Err(errors) => {
                self.diagnostics.extend(errors.into_iter().map(|mut error| {
                    for label in &mut error.labels {
                        label.span = place(label.span);
                    }
                    error
                }));
                None
            }
        }
    }

    fn ambiguous(&mut self, node: &Node) {
        if node.style() != Style::Plain || node.tag() != Tag::None {
            return;
        }
        let Some(text) = node.as_str() else { return };
        if let Some(reading) = yaml11_reading(text) {
            self.diagnostics.push(
                Diagnostic::error(
                    &codes::YAML_AMBIGUOUS,
                    format!("YAML 1.1 reads `{text}` as {reading}, YAML 1.2 does not"),
                )
                .at(node.span())
                .help(format!("write \"{text}\" if it is a string")),
            );
        }
    }
}

/// For each line of a literal block's text, where it starts in the text and in
/// the block as written, which has its header and the indentation besides.
fn line_starts(raw: &str, text: &str) -> Vec<(u32, u32)> {
    let header = raw.find('\n').map_or(raw.len(), |at| at + 1);
    let mut written = header;
    let mut at = 0;
    let mut out = Vec::new();
    for (line, raw_line) in text
        .split_inclusive('\n')
        .zip(raw[header..].split_inclusive('\n'))
    {
        let content = raw_line.trim_end_matches(['\n', '\r']).len();
        let indent = content.saturating_sub(line.trim_end_matches('\n').len());
        out.push((at as u32, (written + indent) as u32));
        at += line.len();
        written += raw_line.len();
    }
    out
}

/// A place in a literal block's text as a place in the block as written.
fn in_block(lines: &[(u32, u32)], at: u32) -> u32 {
    let line = lines.partition_point(|(start, _)| *start <= at);
    match line.checked_sub(1).and_then(|line| lines.get(line)) {
        Some((start, written)) => written + (at - start),
        None => at,
    }
}

/// The digits as written where HCL can read them, so that nothing is rounded.
fn decimal(node: &Node, value: f64) -> String {
    let text = node.as_str().unwrap_or_default();
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let plain = unsigned.starts_with(|c: char| c.is_ascii_digit())
        && !unsigned.ends_with('.')
        && !unsigned.contains(".e")
        && !unsigned.contains(".E");
    if plain {
        text.to_owned()
    } else {
        value.to_string()
    }
}
