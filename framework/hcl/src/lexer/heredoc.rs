//! Heredocs, and bare templates, whose text has the same form.

use terrace_diag::Diagnostic;

use super::Lexer;
use super::table::{IDENT_CONTINUE, TEXT_STOPS};
use crate::codes;
use crate::token::TokenKind;

/// A heredoc that is open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heredoc {
    marker_start: usize,
    marker_end: usize,
    /// Whether the next text begins a line, so that it may be the end marker.
    line_start: bool,
}

impl Lexer<'_> {
    /// At `<<`: opens a heredoc if a name and a line break follow.
    pub(super) fn open_heredoc(&mut self, start: usize) -> bool {
        let dash = usize::from(self.peek(2) == b'-');
        let marker_start = start + 2 + dash;
        let text = self.source.text;
        let rest = text.get(marker_start..).unwrap_or("");
        let mut marker_end = marker_start;
        for (at, character) in rest.char_indices() {
            let fits = if at == 0 {
                character == '_' || unicode_ident::is_xid_start(character)
            } else {
                character == '-' || unicode_ident::is_xid_continue(character)
            };
            if !fits {
                break;
            }
            marker_end = marker_start + at + character.len_utf8();
        }
        if marker_end == marker_start {
            return false;
        }
        let end = match (self.bytes.get(marker_end), self.bytes.get(marker_end + 1)) {
            (Some(b'\n'), _) => marker_end + 1,
            (Some(b'\r'), Some(b'\n')) => marker_end + 2,
            _ => return false,
        };
        self.heredocs.push(Heredoc {
            marker_start,
            marker_end,
            line_start: true,
        });
        self.push_open(TokenKind::OpenHeredoc, start, end);
        true
    }

    /// The text of a heredoc up to its end marker or to `${` or `%{`.
    pub(super) fn heredoc(&mut self) {
        let text = self.source.text;
        let Some(&Heredoc {
            marker_start,
            marker_end,
            mut line_start,
        }) = self.heredocs.last()
        else {
            return;
        };
        let marker = &text[marker_start..marker_end];
        loop {
            let start = self.at;
            if start >= self.bytes.len() {
                return;
            }
            let stop = self.text_run(start);
            match self.bytes.get(stop) {
                Some(b'$' | b'%') => {
                    self.flush_text(TokenKind::Text, start, stop, false);
                    self.at = stop;
                    line_start = false;
                    if self.sequence(TokenKind::Text) {
                        if let Some(heredoc) = self.heredocs.last_mut() {
                            heredoc.line_start = false;
                        }
                        return;
                    }
                }
                Some(_) => {
                    if line_start && text[start..stop].trim() == marker {
                        let content_end = if self.bytes[stop - 1] == b'\r' {
                            stop - 1
                        } else {
                            stop
                        };
                        self.open.pop();
                        self.heredocs.pop();
                        self.push(TokenKind::CloseHeredoc, start, content_end);
                        self.push(TokenKind::Newline, content_end, stop + 1);
                        self.at = stop + 1;
                        return;
                    }
                    self.at = stop + 1;
                    self.push(TokenKind::Text, start, self.at);
                    line_start = true;
                }
                None => {
                    // The text ends without the marker; `run` sees to it.
                    self.flush_text(TokenKind::Text, start, stop, false);
                    self.at = stop;
                    return;
                }
            }
        }
    }

    /// The end of plain text from `start`: at `$`, `%`, a line feed or the end.
    /// A carriage return that belongs to no line break is reported, unless the
    /// whole text is a template, which may come from another language's string.
    fn text_run(&mut self, start: usize) -> usize {
        let mut at = start;
        loop {
            while self.bytes.get(at).is_some_and(|b| !TEXT_STOPS[*b as usize]) {
                at += 1;
            }
            if self.bytes.get(at) != Some(&b'\r') {
                return at;
            }
            if self.bytes.get(at + 1) != Some(&b'\n') && !self.open.is_empty() {
                let span = self.source.span(at as u32, at as u32 + 1);
                self.reporter
                    .report(|| super::invalid_character('\r').at(span));
            }
            at += 1;
        }
    }

    /// The text of a bare template up to its end or to `${` or `%{`.
    pub(super) fn bare(&mut self) {
        while self.at < self.bytes.len() {
            let start = self.at;
            let stop = self.text_run(start);
            match self.bytes.get(stop) {
                Some(b'$' | b'%') => {
                    self.flush_text(TokenKind::Text, start, stop, false);
                    self.at = stop;
                    if self.sequence(TokenKind::Text) {
                        return;
                    }
                }
                Some(_) => {
                    self.at = stop + 1;
                    self.push(TokenKind::Text, start, self.at);
                }
                None => {
                    self.flush_text(TokenKind::Text, start, stop, false);
                    self.at = stop;
                }
            }
        }
    }

    /// At the end of the text, with the heredoc at `index` open: ends it at a
    /// line that was probably meant as its end, and goes on there.
    pub(super) fn unclosed_heredoc(&mut self, index: usize) {
        let inside = self.open.get(index + 1).map(|open| open.kind);
        if self.restarts > 0
            && matches!(
                inside,
                Some(TokenKind::OpenInterpolation | TokenKind::OpenDirective)
            )
        {
            self.unclosed_sequence(index + 1);
            return;
        }
        let opener = self.open[index];
        let token = self.tokens[opener.token];
        let depth = self.open[..index]
            .iter()
            .filter(|open| open.kind == TokenKind::OpenHeredoc)
            .count();
        let heredoc = self.heredocs[depth];
        let text = self.source.text;
        let marker = &text[heredoc.marker_start..heredoc.marker_end];
        let start = token.end as usize;
        let near = if self.restarts > 0 {
            near_end(&text[start..], marker)
        } else {
            None
        };
        let near = near.map(|(from, to)| (start + from, start + to));
        let span = self.source.span(token.start, heredoc.marker_end as u32);
        let near_span = near.map(|(from, to)| self.source.span(from as u32, to as u32));
        let at_end = near.is_some_and(|(from, to)| &text[from..to] == marker && to == text.len());
        self.reporter.report(|| {
            let diagnostic = Diagnostic::error(
                &codes::UNCLOSED_HEREDOC,
                format!("this heredoc is not ended by a line `{marker}`"),
            )
            .label(span, "begins here");
            match near_span {
                Some(near) if at_end => diagnostic
                    .label(near, "this line does not end in a line break")
                    .help("add a line break at the end of the file"),
                Some(near) => diagnostic
                    .label(near, "perhaps this was meant to end it")
                    .help(format!("put {marker}, exactly so, alone on its line")),
                None => diagnostic.help(format!("add a line with nothing but {marker} on it")),
            }
        });
        self.tokens.truncate(opener.token + 1);
        self.forget_open(index);
        let (from, to) = near.unwrap_or((text.len(), text.len()));
        if to < text.len() {
            self.restarts -= 1;
        }
        let content = text[..from]
            .rfind('\n')
            .map_or(start, |at| at + 1)
            .max(start);
        self.flush_text(TokenKind::Text, start, content, false);
        self.push(TokenKind::CloseHeredoc, content, to);
        self.at = to;
    }

    /// A `${` in a heredoc that swallowed the rest of the text: taken as text,
    /// going on with the next line.
    fn unclosed_sequence(&mut self, index: usize) {
        let opener = self.open[index];
        let token = self.tokens[opener.token];
        let start = token.start as usize;
        let span = self.source.token_span(token);
        let sequence = self.source.token_text(token).chars().next().unwrap_or('$');
        self.reporter.report(|| {
            Diagnostic::error(
                &codes::UNCLOSED_BRACKET,
                format!("this `{sequence}{{` is never closed"),
            )
            .label(span, "opened here")
            .help(format!(
                "add the closing }}, or write {sequence}{sequence}{{ if it is meant literally"
            ))
        });
        let end = self.source.text[start..]
            .find('\n')
            .map_or(self.bytes.len(), |length| start + length + 1);
        self.restarts -= 1;
        self.tokens.truncate(opener.token);
        self.forget_open(index);
        if let Some(heredoc) = self.heredocs.last_mut() {
            heredoc.line_start = true;
        }
        self.flush_text(TokenKind::Text, start, end, false);
        self.at = end;
    }
}

/// A line that begins with the marker, in any case, and goes on with something
/// that cannot belong to a name: the range of the marker.
fn near_end(text: &str, marker: &str) -> Option<(usize, usize)> {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start();
        let from = offset + (line.len() - trimmed.len());
        offset += line.len();
        let Some(head) = trimmed.get(..marker.len()) else {
            continue;
        };
        let next = trimmed.as_bytes().get(marker.len()).copied();
        if head.eq_ignore_ascii_case(marker)
            && next.is_none_or(|byte| byte.is_ascii() && !IDENT_CONTINUE[byte as usize])
        {
            return Some((from, from + marker.len()));
        }
    }
    None
}
