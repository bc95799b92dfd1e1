//! Expressions on one line, with the spaces `terraform fmt` leaves between the
//! tokens (see `format/layout.rs` for its rules).

use super::expression::{Place, is_exponent, needs_parentheses, splat_is_full, unary_symbol};
use super::string::{escape, is_identifier, quote};
use super::writer::Writer;
use crate::ast::{BinaryOp, Call, Expr, ExprKind, For, ObjectItem, ObjectKey, Splat, TemplatePart};

/// The line became too long, or the expression is better put on several.
#[derive(Debug)]
pub(super) struct TooLong;

type Fits = Result<(), TooLong>;

/// One attempt to print on one line.
struct Inline<'w> {
    writer: &'w mut Writer,
    /// The text may not grow past this; `usize::MAX` prints in any case.
    limit: usize,
}

impl Writer {
    /// Prints on one line, as long as the text stays below `limit` bytes.
    /// Otherwise says no, and what was written stays for the caller to remove.
    /// With `usize::MAX` everything is printed.
    pub(super) fn inline(&mut self, expr: &Expr, limit: usize) -> bool {
        Inline {
            writer: self,
            limit,
        }
        .expr(expr)
        .is_ok()
    }

    /// Prints a key of an object.
    pub(super) fn key(&mut self, key: &ObjectKey) {
        let _ = Inline {
            writer: self,
            limit: usize::MAX,
        }
        .key(key);
    }

    /// Prints the head of a `for` up to and with its `:`, and the key with its
    /// arrow.
    pub(super) fn for_head(&mut self, all: &For) {
        let _ = Inline {
            writer: self,
            limit: usize::MAX,
        }
        .for_head(all);
    }

    /// Prints ` if condition`.
    pub(super) fn for_condition(&mut self, condition: &Expr) {
        let _ = Inline {
            writer: self,
            limit: usize::MAX,
        }
        .for_condition(condition);
    }

    /// Prints the pieces of a template between its marks.
    pub(super) fn template_parts(&mut self, parts: &[TemplatePart], heredoc: bool) {
        let _ = Inline {
            writer: self,
            limit: usize::MAX,
        }
        .parts(parts, heredoc, false);
    }
}

impl Inline<'_> {
    fn push(&mut self, text: &str) {
        self.writer.out.push_str(text);
    }

    fn check(&self) -> Fits {
        if self.writer.out.len() > self.limit {
            Err(TooLong)
        } else {
            Ok(())
        }
    }

    /// Whether more than one line may be tried when this one does not fit.
    fn is_attempt(&self) -> bool {
        self.limit != usize::MAX
    }

    fn expr(&mut self, expr: &Expr) -> Fits {
        match &expr.kind {
            ExprKind::Null => self.push("null"),
            ExprKind::Bool(true) => self.push("true"),
            ExprKind::Bool(false) => self.push("false"),
            ExprKind::Number(text) => match text.strip_prefix('-') {
                Some(digits) => {
                    self.minus();
                    self.push(digits);
                }
                None => self.push(text),
            },
            ExprKind::String(text) => {
                if self.is_attempt() && text.len() > self.limit {
                    return Err(TooLong);
                }
                quote(&mut self.writer.out, text);
            }
            ExprKind::Template(template) => {
                self.push("\"");
                self.parts(&template.parts, false, true)?;
                self.push("\"");
            }
            ExprKind::Tuple(items) => self.tuple(items)?,
            ExprKind::Object(items) => self.object(items)?,
            ExprKind::Variable(name) => self.push(name),
            // What stands on the item follows the splat directly.
            ExprKind::SplatItem => {}
            ExprKind::GetAttr { base, name } => {
                let exponent = is_exponent(&name.name);
                self.at(base, Place::Named { exponent })?;
                self.push(".");
                self.push(&name.name);
            }
            ExprKind::Index { base, key } => {
                self.at(base, Place::Indexed)?;
                self.open_bracket();
                self.expr(key)?;
                self.push("]");
            }
            ExprKind::Splat(splat) => self.splat(splat)?,
            ExprKind::Call(call) => self.call(call)?,
            ExprKind::Unary { op, operand } => {
                if unary_symbol(*op) == '-' {
                    self.minus();
                } else {
                    self.push("!");
                }
                self.at(operand, Place::Operand)?;
            }
            ExprKind::Binary { op, sides, .. } => {
                self.at(&sides.0, Place::Left(*op))?;
                self.push(" ");
                if *op == BinaryOp::Subtract {
                    self.minus();
                    if !self.writer.out.ends_with(' ') && !self.writer.out.ends_with("* -") {
                        self.push(" ");
                    }
                } else {
                    self.push(op.symbol());
                    self.push(" ");
                }
                self.at(&sides.1, Place::Right(*op))?;
            }
            ExprKind::Conditional(conditional) => {
                self.at(&conditional.condition, Place::Condition)?;
                self.push(" ? ");
                self.expr(&conditional.yes)?;
                self.push(" : ");
                self.expr(&conditional.no)?;
            }
            ExprKind::For(all) => self.for_expression(all)?,
            ExprKind::Paren(inner) => {
                self.push("(");
                self.expr(inner)?;
                self.push(")");
            }
        }
        self.check()
    }

    /// Prints an expression, in parentheses if its place demands them.
    fn at(&mut self, expr: &Expr, place: Place) -> Fits {
        if !needs_parentheses(expr, place) {
            return self.expr(expr);
        }
        self.push("(");
        self.expr(expr)?;
        self.push(")");
        Ok(())
    }

    /// A minus, with the space the formatter puts after it where it takes it
    /// for an operator.
    fn minus(&mut self) {
        let before = self.writer.out.trim_end_matches(' ');
        let sign = match before.as_bytes() {
            [] | [.., b'\n'] => true,
            // A fat arrow, an interpolation.
            [.., b'=', b'>'] | [.., b'$' | b'%', b'{'] => false,
            [.., last] => matches!(
                last,
                b'(' | b'{'
                    | b'['
                    | b'='
                    | b':'
                    | b','
                    | b'?'
                    | b'+'
                    | b'*'
                    | b'/'
                    | b'%'
                    | b'-'
                    | b'<'
                    | b'>'
                    | b'&'
                    | b'|'
                    | b'!'
            ),
        };
        self.push(if sign { "-" } else { "- " });
    }

    /// `[` after what is indexed.
    fn open_bracket(&mut self) {
        if self.writer.out.ends_with(['"', '*']) {
            self.push(" ");
        }
        self.push("[");
    }

    fn splat(&mut self, splat: &Splat) -> Fits {
        let full = splat_is_full(splat);
        self.at(&splat.source, Place::Splatted { full })?;
        if full {
            self.open_bracket();
            self.push("*]");
            return self.expr(&splat.each);
        }
        self.push(".*");
        self.names(&splat.each)
    }

    /// What an attribute splat takes of each item, where `[0]` is written `.0`.
    fn names(&mut self, each: &Expr) -> Fits {
        match &each.kind {
            ExprKind::GetAttr { base, name } => {
                self.names(base)?;
                self.push(".");
                self.push(&name.name);
                Ok(())
            }
            ExprKind::Index { base, key } => {
                self.names(base)?;
                self.push(".");
                self.expr(key)
            }
            _ => Ok(()),
        }
    }

    fn tuple(&mut self, items: &[Expr]) -> Fits {
        self.push("[");
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.expr(item)?;
        }
        self.push("]");
        Ok(())
    }

    fn object(&mut self, items: &[ObjectItem]) -> Fits {
        if items.is_empty() {
            self.push("{}");
            return Ok(());
        }
        if items.len() > 1 && self.is_attempt() {
            return Err(TooLong);
        }
        self.push("{ ");
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.key(&item.key)?;
            self.push(" = ");
            self.expr(&item.value)?;
        }
        self.push(" }");
        Ok(())
    }

    fn key(&mut self, key: &ObjectKey) -> Fits {
        match key {
            // At the start of an object `for` would begin a for expression.
            ObjectKey::Name(name) if is_identifier(&name.name) && name.name != "for" => {
                self.push(&name.name);
                Ok(())
            }
            ObjectKey::Name(name) => {
                quote(&mut self.writer.out, &name.name);
                Ok(())
            }
            // Bare they would be names.
            ObjectKey::Expr(key)
                if matches!(
                    key.kind,
                    ExprKind::Variable(_) | ExprKind::Bool(_) | ExprKind::Null
                ) =>
            {
                self.push("(");
                self.expr(key)?;
                self.push(")");
                Ok(())
            }
            ObjectKey::Expr(key) => self.expr(key),
        }
    }

    fn call(&mut self, call: &Call) -> Fits {
        self.push(&call.name.name);
        self.push("(");
        for (index, arg) in call.args.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.expr(arg)?;
        }
        if call.expand_final {
            self.push("...");
        }
        self.push(")");
        Ok(())
    }

    fn for_expression(&mut self, all: &For) -> Fits {
        self.push(if all.key.is_some() { "{ " } else { "[" });
        self.for_head(all)?;
        self.expr(&all.value)?;
        if all.group {
            self.push("...");
        }
        if let Some(condition) = &all.condition {
            self.for_condition(condition)?;
        }
        self.push(if all.key.is_some() { " }" } else { "]" });
        Ok(())
    }

    fn for_head(&mut self, all: &For) -> Fits {
        self.push("for ");
        if let Some(key) = &all.key_var {
            self.push(&key.name);
            self.push(", ");
        }
        self.push(&all.value_var.name);
        self.push(" in");
        self.after_word(&all.collection, true)?;
        self.push(" : ");
        if let Some(key) = &all.key {
            self.expr(key)?;
            self.push(" => ");
        }
        Ok(())
    }

    fn for_condition(&mut self, condition: &Expr) -> Fits {
        self.push(" if");
        self.after_word(condition, false)
    }

    /// An expression after `in` or `if`, which the formatter takes for a name:
    /// no space before a parenthesis, nor before a bracket after `if`.
    fn after_word(&mut self, expr: &Expr, word_is_in: bool) -> Fits {
        let start = self.writer.out.len();
        self.push(" ");
        self.expr(expr)?;
        let first = self.writer.out.as_bytes().get(start + 1);
        if first == Some(&b'(') || (first == Some(&b'[') && !word_is_in) {
            self.writer.out.remove(start);
        }
        Ok(())
    }

    /// The pieces of a template. `whole` tells that they are all there is of a
    /// quoted one, where a single interpolation would stand for its value.
    fn parts(&mut self, parts: &[TemplatePart], heredoc: bool, whole: bool) -> Fits {
        let filled = parts
            .iter()
            .filter(|part| !matches!(part, TemplatePart::Literal(text, _) if text.is_empty()));
        if whole
            && parts.len() > 1
            && filled.clone().count() == 1
            && let Some(TemplatePart::Interpolation(expr)) = filled.clone().next()
        {
            // The empty text is kept as one whose space is stripped.
            self.push(" ${~");
            return self.sequence(expr);
        }
        for (index, part) in parts.iter().enumerate() {
            match part {
                TemplatePart::Literal(text, _) => {
                    let next = parts.get(index + 1);
                    self.literal(text, next, heredoc);
                }
                TemplatePart::Interpolation(expr) => {
                    self.push("${");
                    self.sequence(expr)?;
                }
                TemplatePart::If {
                    condition,
                    then,
                    otherwise,
                    ..
                } => {
                    self.push("%{if");
                    self.after_word(condition, false)?;
                    self.end_sequence();
                    self.parts(then, heredoc, false)?;
                    if !otherwise.is_empty() {
                        self.push("%{else}");
                        self.parts(otherwise, heredoc, false)?;
                    }
                    self.push("%{endif}");
                }
                TemplatePart::For {
                    key,
                    value,
                    collection,
                    body,
                    ..
                } => {
                    self.push("%{for ");
                    if let Some(key) = key {
                        self.push(&key.name);
                        self.push(", ");
                    }
                    self.push(&value.name);
                    self.push(" in");
                    self.after_word(collection, true)?;
                    self.end_sequence();
                    self.parts(body, heredoc, false)?;
                    self.push("%{endfor}");
                }
            }
        }
        self.check()
    }

    /// The expression of an interpolation and its end.
    fn sequence(&mut self, expr: &Expr) -> Fits {
        let start = self.writer.out.len();
        // Inside quotes everything stays on the line.
        let limit = std::mem::replace(&mut self.limit, usize::MAX);
        let result = self.expr(expr);
        self.limit = limit;
        result?;
        if self.writer.out.as_bytes().get(start) == Some(&b'{') {
            self.writer.out.insert(start, ' ');
        }
        self.end_sequence();
        self.check()
    }

    /// The `}` of an interpolation or directive.
    fn end_sequence(&mut self) {
        if self.writer.out.ends_with('}') {
            self.push(" ");
        }
        self.push("}");
    }

    /// Text of a template before `next`.
    fn literal(&mut self, text: &str, next: Option<&TemplatePart>, heredoc: bool) {
        if heredoc {
            heredoc_text(&mut self.writer.out, text);
            return;
        }
        // A `$` before `${` would read as an escape.
        let last = match next {
            Some(TemplatePart::Interpolation(_)) => '$',
            Some(TemplatePart::If { .. } | TemplatePart::For { .. }) | None => '%',
            Some(TemplatePart::Literal(..)) => {
                escape(&mut self.writer.out, text);
                return;
            }
        };
        match text.strip_suffix(last) {
            Some(before) => {
                escape(&mut self.writer.out, before);
                self.push(if last == '$' { "\\u0024" } else { "\\u0025" });
            }
            None => escape(&mut self.writer.out, text),
        }
    }
}

/// Text of a heredoc: only the openings of sequences are escaped.
pub(super) fn heredoc_text(out: &mut String, text: &str) {
    let bytes = text.as_bytes();
    let mut plain = 0;
    for at in 0..bytes.len() {
        if matches!(bytes[at], b'$' | b'%') && bytes.get(at + 1) == Some(&b'{') {
            out.push_str(&text[plain..=at]);
            plain = at;
        }
    }
    out.push_str(&text[plain..]);
}
