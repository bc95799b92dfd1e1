//! Templates: known parts become text, the rest stays interpolation.

use smol_str::SmolStr;
use terrace_diag::Span;
use terrace_hcl::ast::{Expr, ExprKind, Template, TemplatePart};

use super::iteration::{Elements, bind};
use super::{Folded, Mode, node, value_to_expr};
use crate::codes;
use crate::evaluate::{Env, Evaluator, Failed, Failures, part_text};
use crate::value::Value;

/// One piece of a folded template.
enum Piece {
    Text(Value, Span),
    Part(TemplatePart),
}

impl Evaluator<'_> {
    pub(super) fn fold_template(
        &mut self,
        template: &Template,
        span: Span,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<Folded, Failed> {
        if let [TemplatePart::Interpolation(expr)] = template.parts.as_slice() {
            return self.fold(expr, env, mode);
        }
        let mut pieces = Vec::new();
        self.fold_parts(&template.parts, &mut pieces, env, mode)?;
        let mut text = String::new();
        let mut sensitive = false;
        let mut known = true;
        for piece in &pieces {
            match piece {
                Piece::Text(value, _) => {
                    text.push_str(value.as_str().unwrap_or_default());
                    sensitive |= value.is_sensitive();
                }
                Piece::Part(_) => known = false,
            }
        }
        self.check_string(text.len(), span)?;
        if known {
            return Ok(Folded::Known(Value::string(text).or_sensitive(sensitive)));
        }
        let mut parts = into_parts(pieces);
        if let [TemplatePart::Interpolation(expr)] = parts.as_slice() {
            // Alone it would stand for its value instead of a string.
            let empty = node(ExprKind::String(SmolStr::default()), expr.span);
            parts.insert(0, TemplatePart::Interpolation(empty));
        }
        let template = Template {
            parts,
            heredoc: template.heredoc,
        };
        Ok(Folded::Partial(node(
            ExprKind::Template(Box::new(template)),
            span,
        )))
    }

    fn fold_parts(
        &mut self,
        parts: &[TemplatePart],
        out: &mut Vec<Piece>,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<(), Failed> {
        let mut failures = Failures::default();
        for part in parts {
            let result = match part {
                TemplatePart::Literal(text, span) => {
                    out.push(Piece::Text(Value::string(text.clone()), *span));
                    Ok(())
                }
                TemplatePart::Interpolation(expr) => self.fold_interpolation(expr, out, env, mode),
                TemplatePart::If { .. } => self.fold_if(part, out, env, mode),
                TemplatePart::For { .. } => self.fold_each(part, out, env, mode),
            };
            failures.keep(result);
        }
        failures.result()
    }

    fn fold_interpolation(
        &mut self,
        expr: &Expr,
        out: &mut Vec<Piece>,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<(), Failed> {
        let folded = self.fold(expr, env, mode)?;
        if let Folded::Known(value) = &folded {
            let text = self.lenient(mode, |this| match part_text(value) {
                Ok(text) => Ok(text),
                Err(message) => {
                    this.fail_value(&codes::INVALID_TEMPLATE, expr.span, message, value)
                }
            })?;
            if let Some(Some(text)) = text {
                out.push(Piece::Text(text, expr.span));
                return Ok(());
            }
        }
        let expr = folded.into_expr(expr.span);
        out.push(Piece::Part(TemplatePart::Interpolation(expr)));
        Ok(())
    }

    fn fold_if(
        &mut self,
        part: &TemplatePart,
        out: &mut Vec<Piece>,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<(), Failed> {
        let TemplatePart::If {
            condition,
            then,
            otherwise,
            span,
        } = part
        else {
            return Ok(());
        };
        let folded = self.fold(condition, env, mode)?;
        if let Folded::Known(value) = &folded
            && !value.is_sensitive()
            && let Some(Some(chosen)) =
                self.lenient(mode, |this| this.condition(value, condition.span))?
        {
            let branch = if chosen { then } else { otherwise };
            return self.fold_parts(branch, out, env, mode);
        }
        let mut branch = |parts: &[TemplatePart]| -> Result<Vec<TemplatePart>, Failed> {
            let mut pieces = Vec::new();
            self.fold_parts(parts, &mut pieces, env, Mode::Lenient)?;
            Ok(into_parts(pieces))
        };
        let (then, otherwise) = (branch(then)?, branch(otherwise)?);
        out.push(Piece::Part(TemplatePart::If {
            condition: folded.into_expr(condition.span),
            then,
            otherwise,
            span: *span,
        }));
        Ok(())
    }

    fn fold_each(
        &mut self,
        part: &TemplatePart,
        out: &mut Vec<Piece>,
        env: &Env<'_>,
        mode: Mode,
    ) -> Result<(), Failed> {
        let TemplatePart::For {
            key,
            value,
            collection,
            body,
            span,
        } = part
        else {
            return Ok(());
        };
        let folded = self.fold(collection, env, mode)?;
        let elements = self.lenient(mode, |this| this.fold_elements(&folded, collection.span))?;
        if let Some(Elements::Listed(elements)) = elements {
            let mut failures = Failures::default();
            for (k, v) in elements {
                let names = (key.as_ref().map(|k| k.name.as_str()), value.name.as_str());
                let result = bind(names, k, v, env, |inner| {
                    self.fold_parts(body, out, inner, mode)
                });
                failures.keep(result);
            }
            return failures.result();
        }
        let names = self.residual_names(key.as_ref(), value, env);
        let mut pieces = Vec::new();
        let bound = (key.as_ref().map(|k| k.name.as_str()), value.name.as_str());
        bind(
            bound,
            names.key_binding(),
            names.value_binding(),
            env,
            |inner| self.fold_parts(body, &mut pieces, inner, Mode::Lenient),
        )?;
        out.push(Piece::Part(TemplatePart::For {
            key: names.key,
            value: names.value,
            collection: folded.into_expr(collection.span),
            body: into_parts(pieces),
            span: *span,
        }));
        Ok(())
    }
}

/// Pieces as template parts; neighbouring texts are joined.
fn into_parts(pieces: Vec<Piece>) -> Vec<TemplatePart> {
    let mut parts: Vec<TemplatePart> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Part(part) => parts.push(part),
            Piece::Text(value, span) if value.is_sensitive() => {
                parts.push(TemplatePart::Interpolation(value_to_expr(&value, span)));
            }
            Piece::Text(value, span) => {
                let text = value.as_str().unwrap_or_default();
                match parts.last_mut() {
                    _ if text.is_empty() => {}
                    Some(TemplatePart::Literal(before, _)) => {
                        *before = SmolStr::new(format!("{before}{text}"));
                    }
                    _ => parts.push(TemplatePart::Literal(SmolStr::new(text), span)),
                }
            }
        }
    }
    parts
}
