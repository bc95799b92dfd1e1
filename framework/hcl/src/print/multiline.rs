//! Values over several lines: objects, lists, calls, `for`, heredocs.

use super::expression::{key_is_plain, plain};
use super::inline::heredoc_text;
use super::writer::{Chain, Shape, Writer};
use crate::ast::{Call, Expr, ExprKind, For, ObjectItem, Template, TemplatePart};

/// Up to which column lists and calls stay on one line.
const WIDTH: usize = 100;

impl Writer {
    /// Prints a value that ends its line.
    pub(super) fn value(&mut self, expr: &Expr) -> Shape {
        match &expr.kind {
            ExprKind::String(text) if is_heredoc_text(text) => {
                self.heredoc(&[], Some(text));
                Shape::Heredoc
            }
            ExprKind::Template(template) if can_be_heredoc(template) => {
                self.heredoc(&template.parts, None);
                Shape::Heredoc
            }
            ExprKind::Object(items) if items.len() > 1 => {
                self.object_lines(items);
                Shape::Lines
            }
            ExprKind::Object(_) | ExprKind::Tuple(_) | ExprKind::Call(_) | ExprKind::For(_) => {
                self.line_or_lines(expr)
            }
            _ => {
                self.inline(expr, usize::MAX);
                Shape::Line
            }
        }
    }

    /// Prints on one line if it fits, otherwise on several.
    fn line_or_lines(&mut self, expr: &Expr) -> Shape {
        let start = self.out.len();
        let line = self.out.rfind('\n').map_or(0, |at| at + 1);
        if !has_lines(expr) && self.inline(expr, line + WIDTH) {
            return Shape::Line;
        }
        self.out.truncate(start);
        match &expr.kind {
            ExprKind::Object(items) if !items.is_empty() => self.object_lines(items),
            ExprKind::Tuple(items) if !items.is_empty() => self.tuple_lines(items),
            ExprKind::Call(call) if !call.args.is_empty() => self.call_lines(call),
            ExprKind::For(all) if plain(&all.collection) && all.key.iter().all(plain) => {
                self.for_lines(all);
            }
            _ => {
                self.inline(expr, usize::MAX);
                return Shape::Line;
            }
        }
        Shape::Lines
    }

    fn object_lines(&mut self, items: &[ObjectItem]) {
        self.out.push_str("{\n");
        self.indent += 1;
        let mut chain = Chain::default();
        for item in items {
            self.indentation();
            let start = self.out.len();
            self.key(&item.key);
            let plain = key_is_plain(&item.key);
            self.item(&mut chain, start, plain, |writer| writer.value(&item.value));
        }
        let end = self.out.len();
        self.align(&mut chain, end);
        self.indent -= 1;
        self.indentation();
        self.out.push('}');
    }

    fn tuple_lines(&mut self, items: &[Expr]) {
        self.out.push_str("[\n");
        self.indent += 1;
        for (index, item) in items.iter().enumerate() {
            self.list_item(item, index + 1 == items.len(), ",");
        }
        self.indent -= 1;
        self.indentation();
        self.out.push(']');
    }

    /// An item on lines of its own, with what separates it from the next.
    fn list_item(&mut self, item: &Expr, last: bool, separator: &str) {
        self.indentation();
        let shape = self.value(item);
        if shape == Shape::Heredoc {
            // Nothing may follow the end marker on its line.
            if !last || separator != "," {
                self.out.push('\n');
                self.indentation();
                self.out.push_str(separator);
            }
        } else {
            self.out.push_str(separator);
        }
        self.out.push('\n');
    }

    fn call_lines(&mut self, call: &Call) {
        let start = self.out.len();
        self.out.push_str(&call.name.name);
        self.out.push('(');
        let Some((last, before)) = call.args.split_last() else {
            self.out.push(')');
            return;
        };
        // Brackets of the last argument open on this line and close with the call.
        if opens_lines(last) && self.leading_arguments(before) {
            let shape = self.value(last);
            if shape == Shape::Lines {
                if call.expand_final {
                    self.out.push_str("...");
                }
                self.out.push(')');
                return;
            }
            if shape == Shape::Heredoc && before.is_empty() && !call.expand_final {
                self.out.push('\n');
                self.indentation();
                self.out.push(')');
                return;
            }
        }
        self.out.truncate(start);
        self.out.push_str(&call.name.name);
        self.out.push_str("(\n");
        self.indent += 1;
        for (index, arg) in call.args.iter().enumerate() {
            let last = index + 1 == call.args.len();
            let separator = if last && call.expand_final {
                "..."
            } else {
                ","
            };
            self.list_item(arg, last, separator);
        }
        self.indent -= 1;
        self.indentation();
        self.out.push(')');
    }

    /// Prints the arguments before the last one on the line of the call, if all
    /// of them fit and none holds an `=`, with which the next lines would be
    /// aligned.
    fn leading_arguments(&mut self, before: &[Expr]) -> bool {
        let line = self.out.rfind('\n').map_or(0, |at| at + 1);
        for arg in before {
            if !plain(arg) || has_lines(arg) || !self.inline(arg, line + WIDTH) {
                return false;
            }
            self.out.push_str(", ");
        }
        true
    }

    fn for_lines(&mut self, all: &For) {
        let (open, close) = if all.key.is_some() {
            ('{', '}')
        } else {
            ('[', ']')
        };
        self.out.push(open);
        self.out.push('\n');
        self.indent += 1;
        self.indentation();
        self.for_head(all);
        let shape = self.value(&all.value);
        if shape == Shape::Heredoc && (all.group || all.condition.is_some()) {
            self.out.push('\n');
            self.indentation();
        }
        if all.group {
            self.out.push_str("...");
        }
        if let Some(condition) = &all.condition {
            let at_line_start = shape == Shape::Heredoc && !all.group;
            let start = self.out.len();
            self.for_condition(condition);
            if at_line_start {
                self.out.remove(start);
            }
        }
        self.out.push('\n');
        self.indent -= 1;
        self.indentation();
        self.out.push(close);
    }

    /// Prints a heredoc up to its end marker, without the line break after it.
    fn heredoc(&mut self, parts: &[TemplatePart], text: Option<&str>) {
        let marker = marker(parts, text);
        self.out.push_str("<<");
        self.out.push_str(&marker);
        self.out.push('\n');
        match text {
            Some(text) => heredoc_text(&mut self.out, text),
            None => self.template_parts(parts, true),
        }
        self.out.push_str(&marker);
    }
}

/// Whether an expression holds something that is better put on several lines.
fn has_lines(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Object(items) => items.len() > 1 || items.iter().any(|i| has_lines(&i.value)),
        ExprKind::Tuple(items) => items.iter().any(|item| {
            matches!(&item.kind, ExprKind::Object(items) if !items.is_empty()) || has_lines(item)
        }),
        ExprKind::Call(call) => call.args.iter().any(has_lines),
        ExprKind::For(all) => has_lines(&all.value),
        ExprKind::String(text) => is_heredoc_text(text),
        ExprKind::Template(template) => can_be_heredoc(template),
        _ => false,
    }
}

/// Whether a last argument can begin on the line of its call.
fn opens_lines(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Object(_) | ExprKind::Tuple(_) | ExprKind::For(_) | ExprKind::Call(_) => true,
        ExprKind::String(text) => is_heredoc_text(text),
        ExprKind::Template(template) => can_be_heredoc(template),
        _ => false,
    }
}

/// Whether a text is several lines, all whole, that a heredoc can hold.
fn is_heredoc_text(text: &str) -> bool {
    text.ends_with('\n')
        && text.len() > 1
        && is_raw_text(text)
        && text.trim_end_matches('\n').contains('\n')
}

/// Whether a text can stand in a heredoc as it is.
fn is_raw_text(text: &str) -> bool {
    !text.chars().any(|c| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}')
    })
}

/// Whether a template that was a heredoc can be one again: its text ends its
/// last line, and no text ends in what would escape the sequence after it.
fn can_be_heredoc(template: &Template) -> bool {
    fn fits(parts: &[TemplatePart]) -> bool {
        parts.iter().enumerate().all(|(index, part)| match part {
            TemplatePart::Literal(text, _) => {
                let escapes = match parts.get(index + 1) {
                    Some(TemplatePart::Interpolation(_)) => text.ends_with('$'),
                    Some(TemplatePart::Literal(..)) => false,
                    // At the end of a directive's body its next keyword follows.
                    _ => text.ends_with('%'),
                };
                !escapes && !text.is_empty() && is_raw_text(text)
            }
            TemplatePart::Interpolation(_) => true,
            TemplatePart::If {
                then, otherwise, ..
            } => fits(then) && fits(otherwise),
            TemplatePart::For { body, .. } => fits(body),
        })
    }
    template.heredoc
        && matches!(template.parts.last(), Some(TemplatePart::Literal(text, _)) if text.ends_with('\n'))
        && fits(&template.parts)
}

/// An end marker that is no line of the text.
fn marker(parts: &[TemplatePart], text: Option<&str>) -> String {
    fn taken(parts: &[TemplatePart], marker: &str) -> bool {
        parts.iter().any(|part| match part {
            TemplatePart::Literal(text, _) => has_line(text, marker),
            TemplatePart::Interpolation(_) => false,
            TemplatePart::If {
                then, otherwise, ..
            } => taken(then, marker) || taken(otherwise, marker),
            TemplatePart::For { body, .. } => taken(body, marker),
        })
    }
    let mut marker = String::from("EOT");
    let mut number = 1;
    while taken(parts, &marker) || text.is_some_and(|text| has_line(text, &marker)) {
        number += 1;
        marker = format!("EOT{number}");
    }
    marker
}

fn has_line(text: &str, marker: &str) -> bool {
    text.lines().any(|line| line.trim() == marker)
}
