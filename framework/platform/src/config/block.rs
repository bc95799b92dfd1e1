//! Reading the attributes of one block: each at most once, none left over.

use std::collections::BTreeMap;

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Diagnostics, Span, closest};
use terrace_eval::files::NoFiles;
use terrace_eval::scope::ValueScope;
use terrace_eval::{Context, Value, evaluate};
use terrace_hcl::ast::{Attribute, Block, Expr, ExprKind};

use super::parse_duration;
use crate::codes;

/// Takes a block apart. What was not taken is reported by [`Reader::finish`].
pub(super) struct Reader<'a, 'd> {
    block: &'a Block,
    attributes: BTreeMap<&'a str, &'a Attribute>,
    blocks: Vec<&'a Block>,
    scope: BTreeMap<SmolStr, Value>,
    known: Vec<&'static str>,
    diagnostics: &'d mut Diagnostics,
}

impl<'a, 'd> Reader<'a, 'd> {
    pub(super) fn new(
        block: &'a Block,
        labels: usize,
        scope: BTreeMap<SmolStr, Value>,
        diagnostics: &'d mut Diagnostics,
    ) -> Self {
        if block.labels.len() != labels {
            let names = ["", " \"NAME\"", " \"FROM\" \"TO\""];
            let kind = &block.kind.name;
            diagnostics.push(
                Diagnostic::error(
                    &codes::WRONG_TYPE,
                    format!(
                        "a `{kind}` block has {labels} label(s), this one has {}",
                        block.labels.len()
                    ),
                )
                .at(block.header)
                .help(format!(
                    "write `{kind}{} {{ … }}`",
                    names.get(labels).copied().unwrap_or("")
                )),
            );
        }
        Self {
            block,
            attributes: block
                .body
                .attributes()
                .map(|attribute| (attribute.name.name.as_str(), attribute))
                .collect(),
            blocks: block.body.blocks().collect(),
            scope,
            known: Vec::new(),
            diagnostics,
        }
    }

    /// A label's text; empty where it is missing (already reported).
    pub(super) fn label(&self, at: usize) -> SmolStr {
        self.block
            .labels
            .get(at)
            .map(|label| label.name.clone())
            .unwrap_or_default()
    }

    /// A label with its place.
    pub(super) fn label_place(&self, at: usize) -> (SmolStr, Span) {
        let span = self
            .block
            .labels
            .get(at)
            .map_or(self.block.header, |label| label.span);
        (self.label(at), span)
    }

    pub(super) fn take(&mut self, name: &'static str) -> Option<&'a Attribute> {
        self.known.push(name);
        self.attributes.remove(name)
    }

    pub(super) fn take_blocks(&mut self, name: &'static str) -> Vec<&'a Block> {
        self.known.push(name);
        let (taken, rest) = std::mem::take(&mut self.blocks)
            .into_iter()
            .partition(|block| block.kind.name == name);
        self.blocks = rest;
        taken
    }

    pub(super) fn diagnostics(&mut self) -> &mut Diagnostics {
        self.diagnostics
    }

    pub(super) fn value(&mut self, expr: &Expr) -> Option<Value> {
        let scope = ValueScope(Value::object(self.scope.clone()));
        match evaluate(expr, &scope, &Context::new(&NoFiles)) {
            Ok(value) => Some(value),
            Err(errors) => {
                self.diagnostics.extend(errors);
                None
            }
        }
    }

    fn typed<T>(
        &mut self,
        name: &'static str,
        wanted: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Option<T> {
        let attribute = self.take(name)?;
        let value = self.value(&attribute.expr)?;
        let out = read(&value);
        if out.is_none() {
            self.diagnostics.push(
                Diagnostic::error(&codes::WRONG_TYPE, format!("`{name}` must be {wanted}"))
                    .at(attribute.expr.span),
            );
        }
        out
    }

    pub(super) fn bool(&mut self, name: &'static str) -> Option<bool> {
        self.typed(name, "true or false", Value::as_bool)
    }

    pub(super) fn integer(&mut self, name: &'static str) -> Option<u64> {
        self.typed(name, "a whole number", |value| {
            value.as_number()?.to_string().parse().ok()
        })
    }

    pub(super) fn string(&mut self, name: &'static str) -> Option<SmolStr> {
        self.typed(name, "a string", |value| value.as_str().map(SmolStr::from))
    }

    pub(super) fn strings(&mut self, name: &'static str) -> Option<Vec<SmolStr>> {
        self.typed(name, "a list of strings", |value| {
            value
                .items()?
                .iter()
                .map(|item| item.as_str().map(SmolStr::from))
                .collect()
        })
    }

    /// Seconds.
    pub(super) fn duration(&mut self, name: &'static str) -> Option<u64> {
        let attribute = self.take(name)?;
        let value = self.value(&attribute.expr)?;
        let seconds = value.as_str().and_then(parse_duration);
        if seconds.is_none() {
            self.diagnostics.push(
                Diagnostic::error(&codes::BAD_DURATION, format!("`{name}` is not a duration"))
                    .at(attribute.expr.span)
                    .help("for example \"90s\", \"10m\", \"2h\" or \"7d\"; 36500d at most"),
            );
        }
        seconds
    }

    /// A list of references `ROOT.NAME`, such as `[gate.smoke]`.
    pub(super) fn references(&mut self, name: &'static str, root: &str) -> Vec<(SmolStr, Span)> {
        let Some(attribute) = self.take(name) else {
            return Vec::new();
        };
        let wrong = |span| {
            Diagnostic::error(
                &codes::WRONG_TYPE,
                format!("`{name}` is a list of references: [{root}.NAME]"),
            )
            .at(span)
        };
        let ExprKind::Tuple(items) = &attribute.expr.kind else {
            self.diagnostics.push(wrong(attribute.expr.span));
            return Vec::new();
        };
        let mut out = Vec::new();
        for item in items {
            match &item.kind {
                ExprKind::GetAttr { base, name } if matches!(&base.kind, ExprKind::Variable(r) if r == root) =>
                {
                    out.push((name.name.clone(), item.span));
                }
                _ => self.diagnostics.push(wrong(item.span)),
            }
        }
        out
    }

    /// Every attribute that is left, evaluated. Blocks that are left are errors.
    pub(super) fn remaining_values(mut self) -> BTreeMap<SmolStr, Value> {
        let rest = std::mem::take(&mut self.attributes);
        let mut out = BTreeMap::new();
        for (name, attribute) in rest {
            if let Some(value) = self.value(&attribute.expr) {
                out.insert(SmolStr::from(name), value);
            }
        }
        self.finish();
        out
    }

    pub(super) fn missing(&mut self, name: &str, example: &str) {
        let kind = &self.block.kind.name;
        self.diagnostics.push(
            Diagnostic::error(
                &codes::MISSING_ATTRIBUTE,
                format!("this `{kind}` block has no `{name}`"),
            )
            .at(self.block.header)
            .help(format!("write `{name} = {example}`")),
        );
    }

    /// Reports what nobody took.
    pub(super) fn finish(self) {
        let kind = &self.block.kind.name;
        let left = self
            .attributes
            .values()
            .map(|attribute| &attribute.name)
            .chain(self.blocks.iter().map(|block| &block.kind));
        for name in left {
            self.diagnostics.push(
                Diagnostic::error(
                    &codes::UNKNOWN_ATTRIBUTE,
                    format!("a `{kind}` block has no `{}`", name.name),
                )
                .at(name.span)
                .maybe_help(
                    closest(&name.name, self.known.iter().copied())
                        .map(|near| format!("did you mean `{near}`?")),
                ),
            );
        }
    }
}
