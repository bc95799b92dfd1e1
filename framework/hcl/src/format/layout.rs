//! White space: indentation by brackets, spaces between tokens, alignment of
//! `=` and of comments in neighbouring lines.
//!
//! Source of the rules: hashicorp/hcl `hclwrite/format.go`.

use unicode_segmentation::UnicodeSegmentation;

use super::{Piece, Texts};
use crate::token::TokenKind;

/// A line in up to three cells: what leads, an assignment that is whole on the
/// line, and a comment at the end. Cells are index ranges into the pieces.
struct Line {
    start: usize,
    /// Where the assignment begins, at its `=`; the comment's start if there is none.
    assign: usize,
    /// Where the comment begins; the end if there is none.
    comment: usize,
    end: usize,
}

impl Line {
    fn has_assign(&self) -> bool {
        self.assign < self.comment
    }

    fn has_comment(&self) -> bool {
        self.comment < self.end
    }
}

/// Sets the spaces before each piece.
pub(super) fn layout(pieces: &mut [Piece], texts: &Texts<'_>) {
    let lines = lines(pieces, texts);
    indent(&lines, pieces);
    for line in &lines {
        space(&mut pieces[line.start..line.assign], texts);
        if line.has_assign() {
            space(&mut pieces[line.assign..line.comment], texts);
        }
    }
    align(&lines, pieces, texts);
}

fn ends_line(piece: &Piece, texts: &Texts<'_>) -> bool {
    match piece.kind {
        TokenKind::Newline => true,
        TokenKind::LineComment | TokenKind::BlockComment => texts.of(piece).ends_with('\n'),
        _ => false,
    }
}

/// How many brackets a token opens (1) or closes (-1).
fn bracket(kind: TokenKind) -> i32 {
    use TokenKind as T;
    match kind {
        T::OpenBrace | T::OpenBracket | T::OpenParen | T::OpenInterpolation | T::OpenDirective => 1,
        T::CloseBrace | T::CloseBracket | T::CloseParen | T::CloseTemplate => -1,
        _ => 0,
    }
}

fn lines(pieces: &[Piece], texts: &Texts<'_>) -> Vec<Line> {
    let mut lines = Vec::with_capacity(pieces.len() / 5 + 1);
    let mut start = 0;
    for (index, piece) in pieces.iter().enumerate() {
        if piece.kind == TokenKind::End {
            lines.push(line(pieces, start, index));
            break;
        }
        if ends_line(piece, texts) {
            lines.push(line(pieces, start, index + 1));
            start = index + 1;
        }
    }
    lines
}

fn line(pieces: &[Piece], start: usize, end: usize) -> Line {
    let mut comment = end;
    if end > start + 1
        && matches!(
            pieces[end - 1].kind,
            TokenKind::LineComment | TokenKind::BlockComment
        )
    {
        comment -= 1;
    }
    let mut assign = comment;
    let equals = pieces[start..comment]
        .iter()
        .skip(1)
        .position(|piece| piece.kind == TokenKind::Equal);
    if let Some(equals) = equals {
        let equals = start + 1 + equals;
        let net: i32 = pieces[equals..comment]
            .iter()
            .map(|piece| bracket(piece.kind))
            .sum();
        // Otherwise the value goes on in the next lines.
        if net == 0 {
            assign = equals;
        }
    }
    Line {
        start,
        assign,
        comment,
        end,
    }
}

/// Each line that opens more than it closes indents what follows by one step,
/// however many brackets it opens.
fn indent(lines: &[Line], pieces: &mut [Piece]) {
    let mut open: Vec<i32> = Vec::new();
    for line in lines {
        if line.start == line.assign {
            continue;
        }
        if pieces[line.start].kind == TokenKind::Newline {
            pieces[line.start].spaces = 0;
            continue;
        }
        let mut net = 0;
        for piece in &pieces[line.start..line.assign] {
            net += bracket(piece.kind);
            if piece.kind == TokenKind::OpenHeredoc {
                break;
            }
        }
        for piece in &pieces[line.assign..line.comment] {
            net += bracket(piece.kind);
        }
        if net > 0 {
            pieces[line.start].spaces = 2 * open.len() as u32;
            open.push(net);
            continue;
        }
        let mut closed = -net;
        while closed > 0
            && let Some(top) = open.last_mut()
        {
            if closed < *top {
                *top -= closed;
                break;
            }
            closed -= *top;
            open.pop();
        }
        pieces[line.start].spaces = 2 * open.len() as u32;
    }
}

/// Spaces between the tokens of one cell; the first token's are set elsewhere,
/// except that an assignment has one.
fn space(cell: &mut [Piece], texts: &Texts<'_>) {
    let mut before = TokenKind::End;
    if let Some(first) = cell.first_mut()
        && first.kind == TokenKind::Equal
    {
        first.spaces = 1;
    }
    for index in 1..cell.len() {
        let subject = cell[index - 1];
        let after = cell[index].kind;
        cell[index].spaces = u32::from(spaced(&subject, before, after, texts));
        before = subject.kind;
    }
}

/// Whether a space stands between `subject` and `after`. `before` is the token
/// before `subject`, [`TokenKind::End`] if there is none.
fn spaced(subject: &Piece, before: TokenKind, after: TokenKind, texts: &Texts<'_>) -> bool {
    use TokenKind as T;
    let kind = subject.kind;
    if after == T::Newline {
        return false;
    }
    if kind == T::Ident && after == T::OpenParen {
        return false;
    }
    if (kind == T::Ident && after == T::DoubleColon)
        || (kind == T::DoubleColon && after == T::Ident)
    {
        return false;
    }
    if kind == T::Dot || after == T::Dot {
        return false;
    }
    if matches!(after, T::Comma | T::Ellipsis) {
        return false;
    }
    if kind == T::Comma {
        return true;
    }
    if matches!(
        kind,
        T::QuotedText | T::Text | T::OpenQuote | T::OpenHeredoc
    ) || matches!(
        after,
        T::QuotedText | T::Text | T::CloseQuote | T::CloseHeredoc
    ) {
        return false;
    }
    // `for x in [a]`, where `in` looks like a name that is indexed.
    if kind == T::Ident && before == T::Ident && texts.of(subject) == "in" {
        return true;
    }
    if after == T::OpenBracket && (matches!(kind, T::Ident | T::Number) || bracket(kind) < 0) {
        return false;
    }
    match kind {
        T::Bang => return false,
        T::Minus => {
            // A sign rather than an operator if no operand stands before it.
            return !matches!(
                before,
                T::End
                    | T::OpenParen
                    | T::OpenBrace
                    | T::OpenBracket
                    | T::Equal
                    | T::Colon
                    | T::Comma
                    | T::Question
                    | T::Plus
                    | T::Star
                    | T::Slash
                    | T::Percent
                    | T::Minus
                    | T::EqualEqual
                    | T::NotEqual
                    | T::Greater
                    | T::GreaterEqual
                    | T::Less
                    | T::LessEqual
                    | T::And
                    | T::Or
                    | T::Bang
            );
        }
        _ => {}
    }
    if kind == T::OpenBrace || after == T::CloseBrace {
        return !(kind == T::OpenBrace && after == T::CloseBrace);
    }
    if matches!(kind, T::OpenInterpolation | T::OpenDirective) && after == T::OpenBrace {
        return true;
    }
    if kind == T::CloseBrace && after == T::CloseTemplate {
        return true;
    }
    if kind == T::CloseTemplate && matches!(after, T::OpenInterpolation | T::OpenDirective) {
        return false;
    }
    bracket(kind) <= 0 && bracket(after) >= 0
}

/// How many columns a range of pieces takes, in grapheme clusters.
fn columns(pieces: &[Piece], texts: &Texts<'_>) -> u32 {
    pieces
        .iter()
        .map(|piece| {
            let text = texts.of(piece);
            let width = if text.is_ascii() {
                let breaks = if text.len() > 1 {
                    text.matches("\r\n").count()
                } else {
                    0
                };
                text.len() - breaks
            } else {
                text.graphemes(true).count()
            };
            piece.spaces + width as u32
        })
        .sum()
}

/// Aligns the second cells, then the comments, of neighbouring lines that have
/// them.
fn align(lines: &[Line], pieces: &mut [Piece], texts: &Texts<'_>) {
    align_cells(lines, pieces, texts, Line::has_assign, |line| line.assign);
    align_cells(lines, pieces, texts, Line::has_comment, |line| line.comment);
}

fn align_cells(
    lines: &[Line],
    pieces: &mut [Piece],
    texts: &Texts<'_>,
    has: impl Fn(&Line) -> bool,
    cell: impl Fn(&Line) -> usize,
) {
    let mut widths: Vec<u32> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if !has(&lines[at]) {
            at += 1;
            continue;
        }
        widths.clear();
        let chain = lines[at..].iter().take_while(|line| has(line));
        widths.extend(chain.map(|line| columns(&pieces[line.start..cell(line)], texts)));
        let widest = widths.iter().copied().max().unwrap_or(0);
        for (line, width) in lines[at..].iter().zip(&widths) {
            pieces[cell(line)].spaces = widest - width + 1;
        }
        at += widths.len();
    }
}
