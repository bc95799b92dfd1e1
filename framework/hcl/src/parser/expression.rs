//! Expressions: conditionals, operators by precedence, and what stands first.

use terrace_diag::Diagnostic;

use super::{Parsed, Parser, Stop};
use crate::ast::{BinaryOp, Conditional, Expr, ExprKind, UnaryOp};
use crate::codes;
use crate::token::{Token, TokenKind};

impl Parser<'_> {
    /// A text that is one expression.
    pub(super) fn whole_expression(&mut self) -> Parsed<Expr> {
        while self.eat(TokenKind::Newline).is_some() {}
        let expr = self.expression()?;
        while self.eat(TokenKind::Newline).is_some() {}
        if self.peek() == TokenKind::End {
            return Ok(expr);
        }
        let token = self.token();
        self.unexpected(token, "the expression");
        Err(Stop)
    }

    /// One expression.
    pub(super) fn expression(&mut self) -> Parsed<Expr> {
        self.enter()?;
        let result = self.conditional();
        self.leave();
        result
    }

    fn conditional(&mut self) -> Parsed<Expr> {
        let mut expr = self.operand()?;
        if binary_op(self.peek()).is_some() {
            expr = self.binary(expr)?;
        }
        if self.peek() == TokenKind::Question {
            return self.branches(expr);
        }
        Ok(expr)
    }

    #[inline(never)]
    fn branches(&mut self, condition: Expr) -> Parsed<Expr> {
        let mut height = self.height;
        let question = self.bump();
        let yes = self.expression()?;
        height = height.max(self.height);
        if self.eat(TokenKind::Colon).is_none() {
            let next = self.token();
            if next.kind == TokenKind::Invalid {
                return Err(Stop);
            }
            let question = self.span(question);
            let span = self.span(next);
            let found = self.name(next);
            return self.fail(|| {
                let diagnostic = Diagnostic::error(
                    &codes::INCOMPLETE_CONDITIONAL,
                    format!("expected `:` and the other value of the conditional, found {found}"),
                )
                .label(span, "")
                .label(question, "the conditional is here");
                if matches!(next.kind, TokenKind::Newline | TokenKind::LineComment) {
                    diagnostic
                        .help("to go on over the line break put the conditional in parentheses")
                } else {
                    diagnostic.help("write condition ? value : other")
                }
            });
        }
        let no = self.expression()?;
        height = height.max(self.height);
        self.grow(height)?;
        let span = condition.span.to(no.span);
        Ok(Expr {
            kind: ExprKind::Conditional(Box::new(Conditional { condition, yes, no })),
            span,
        })
    }

    /// Operands and operators after the first operand. A stack of left sides
    /// whose operators bind less and less keeps this free of recursion.
    #[inline(never)]
    fn binary(&mut self, first: Expr) -> Parsed<Expr> {
        struct Pending {
            left: Expr,
            height: u32,
            op: BinaryOp,
            token: Token,
        }
        let mut stack: Vec<Pending> = Vec::new();
        let mut current = first;
        let mut height = self.height;
        loop {
            let next = binary_op(self.peek());
            while let Some(top) =
                stack.pop_if(|top| next.is_none_or(|next| precedence(next) <= precedence(top.op)))
            {
                self.grow(height.max(top.height))?;
                height = self.height;
                let span = top.left.span.to(current.span);
                current = Expr {
                    kind: ExprKind::Binary {
                        op: top.op,
                        op_span: self.span(top.token),
                        sides: Box::new((top.left, current)),
                    },
                    span,
                };
            }
            let Some(op) = next else {
                self.height = height;
                return Ok(current);
            };
            let token = self.bump();
            let right = self.operand()?;
            stack.push(Pending {
                left: std::mem::replace(&mut current, right),
                height,
                op,
                token,
            });
            height = self.height;
        }
    }

    /// A term with what follows it (`.name`, `[key]`) and stands before it.
    fn operand(&mut self) -> Parsed<Expr> {
        if matches!(self.peek(), TokenKind::Minus | TokenKind::Bang) {
            return self.unary();
        }
        let term = self.term()?;
        if matches!(self.peek(), TokenKind::Dot | TokenKind::OpenBracket) {
            return self.traversals(term);
        }
        Ok(term)
    }

    #[inline(never)]
    fn unary(&mut self) -> Parsed<Expr> {
        let mut operators = Vec::new();
        while matches!(self.peek(), TokenKind::Minus | TokenKind::Bang) {
            operators.push(self.bump());
        }
        let mut expr = self.operand()?;
        for token in operators.into_iter().rev() {
            self.grow(self.height)?;
            let span = self.span(token).to(expr.span);
            let op = if token.kind == TokenKind::Minus {
                UnaryOp::Negate
            } else {
                UnaryOp::Not
            };
            expr = Expr {
                kind: ExprKind::Unary {
                    op,
                    operand: Box::new(expr),
                },
                span,
            };
        }
        Ok(expr)
    }
}

fn binary_op(kind: TokenKind) -> Option<BinaryOp> {
    Some(match kind {
        TokenKind::Or => BinaryOp::Or,
        TokenKind::And => BinaryOp::And,
        TokenKind::EqualEqual => BinaryOp::Equal,
        TokenKind::NotEqual => BinaryOp::NotEqual,
        TokenKind::Less => BinaryOp::Less,
        TokenKind::LessEqual => BinaryOp::LessEqual,
        TokenKind::Greater => BinaryOp::Greater,
        TokenKind::GreaterEqual => BinaryOp::GreaterEqual,
        TokenKind::Plus => BinaryOp::Add,
        TokenKind::Minus => BinaryOp::Subtract,
        TokenKind::Star => BinaryOp::Multiply,
        TokenKind::Slash => BinaryOp::Divide,
        TokenKind::Percent => BinaryOp::Modulo,
        _ => return None,
    })
}

/// How tightly an operator binds; all associate to the left.
pub(crate) fn precedence(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Or => 1,
        BinaryOp::And => 2,
        BinaryOp::Equal | BinaryOp::NotEqual => 3,
        BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => 4,
        BinaryOp::Add | BinaryOp::Subtract => 5,
        BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo => 6,
    }
}
