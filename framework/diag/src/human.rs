//! Messages for people: the line, the place in it, what to do next.

use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::printable::printable_but;
use crate::{Diagnostic, Diagnostics, Label, Severity, SourceMap, one_line, printable, redact};

/// Whether to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// No escape sequences.
    #[default]
    Plain,
    /// ANSI colours.
    Colour,
}

/// How many bytes of a line are shown around a place.
const WINDOW: usize = 400;

/// How far beyond them an address is looked for that reaches into them.
const REACH: usize = 4096;

/// One message as text, with a final newline.
pub fn render(diagnostic: &Diagnostic, sources: &SourceMap, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Colour => Renderer::styled(),
    }
    .decor_style(DecorStyle::Ascii);
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let excerpts: Vec<Excerpt<'_>> = excerpts(&diagnostic.labels, sources);
    let message = redact(&diagnostic.message);
    let help: Vec<Cow<'_, str>> = diagnostic.help.iter().map(|help| redact(help)).collect();
    let title = level
        .primary_title(printable(&message))
        .id(diagnostic.code.id);
    let mut group = Group::with_title(title);
    for excerpt in &excerpts {
        let mut snippet = Snippet::source(&*excerpt.text)
            .line_start(excerpt.line as usize)
            .path(one_line(excerpt.path))
            .fold(true);
        for mark in &excerpt.marks {
            let kind = if mark.primary {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            let mut annotation = kind.span(mark.range.clone());
            if !mark.text.is_empty() {
                annotation = annotation.label(printable(&mark.text));
            }
            snippet = snippet.annotation(annotation);
        }
        group = group.element(snippet);
    }
    for help in &help {
        group = group.element(Level::HELP.message(printable(help)));
    }
    let mut text = renderer.render(&[group]);
    text.push('\n');
    // Of a source's controls the renderer shows pictures, but not of all.
    match style {
        Style::Plain => printable(&text),
        Style::Colour => printable_but(&text, '\u{1b}'),
    }
    .into_owned()
}

/// All messages, a blank line between them, in the order given.
pub fn render_all(diagnostics: &Diagnostics, sources: &SourceMap, style: Style) -> String {
    let texts: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| render(diagnostic, sources, style))
        .collect();
    texts.join("\n")
}

struct Mark<'a> {
    range: Range<usize>,
    text: Cow<'a, str>,
    primary: bool,
}

/// The lines of one file that hold places, cut out so that a long file or a
/// long line costs nothing.
struct Excerpt<'a> {
    path: &'a str,
    /// Where the text begins in its file.
    from: usize,
    text: Cow<'a, str>,
    line: u32,
    marks: Vec<Mark<'a>>,
}

fn excerpts<'a>(labels: &'a [Label], sources: &'a SourceMap) -> Vec<Excerpt<'a>> {
    let mut out: Vec<Excerpt<'a>> = Vec::new();
    for (index, label) in labels.iter().enumerate() {
        let Some(file) = sources.get(label.span.file) else {
            continue;
        };
        let at = file.line_column(label.span.start);
        let lines = file.line_range(at.line);
        let text = file.text();
        let start = (label.span.start as usize).min(text.len());
        let from = floor(text, lines.start.max(start.saturating_sub(WINDOW)));
        let to = floor(text, lines.end.min(start + WINDOW)).max(start);
        let end = (label.span.end as usize).clamp(start, to);
        let mark = Mark {
            range: start - from..end - from,
            text: redact(&label.text),
            primary: index == 0,
        };
        match out
            .iter_mut()
            .find(|e| e.path == file.path() && e.line == at.line && e.from == from)
        {
            Some(excerpt) if mark.range.end <= excerpt.text.len() => excerpt.marks.push(mark),
            _ => out.push(Excerpt {
                path: file.path(),
                from,
                text: shown(text, &lines, from..to),
                line: at.line,
                marks: vec![mark],
            }),
        }
    }
    out
}

/// A part of a line, without the credentials of its addresses.
fn shown<'a>(text: &'a str, line: &Range<usize>, part: Range<usize>) -> Cow<'a, str> {
    let from = floor(text, line.start.max(part.start.saturating_sub(REACH))).min(part.start);
    let to = floor(text, line.end.min(part.end + REACH)).max(part.end);
    match redact(&text[from..to]) {
        Cow::Borrowed(_) => Cow::Borrowed(&text[part]),
        Cow::Owned(masked) => Cow::Owned(masked[part.start - from..part.end - from].to_owned()),
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Code, Span};

    static CODE: Code = Code {
        id: "E0000",
        slug: "test",
        explain: "",
    };

    #[test]
    fn shows_the_line_and_the_help() {
        let mut map = SourceMap::new();
        let a = map.add("base/a.hcl", "one = 1\nzones = \"x\"\n");
        let b = map.add("ops/a.hcl", "zones = []\n");
        let diagnostic = Diagnostic::error(&CODE, "`zones` is a list here, a string there")
            .label(Span::new(b, 8, 10), "a list")
            .label(Span::new(a, 16, 19), "a string")
            .help("wrap it in override(…) to replace it whole");
        let text = render(&diagnostic, &map, Style::Plain);
        assert_eq!(
            text,
            "error[E0000]: `zones` is a list here, a string there
 --> ops/a.hcl:1:9
  |
1 | zones = []
  |         ^^ a list
  |
 ::: base/a.hcl:2:9
  |
2 | zones = \"x\"
  |         --- a string
  |
  = help: wrap it in override(…) to replace it whole
"
        );
    }

    #[test]
    fn nothing_of_a_message_or_a_source_reaches_the_terminal_as_a_control() {
        let mut map = SourceMap::new();
        let a = map.add("a\u{1b}\n.hcl", "x = \"\u{1b}[2J\u{9b}31m\"\n");
        let diagnostic = Diagnostic::error(&CODE, "red \u{1b}[31m\r\u{9b}")
            .label(Span::new(a, 4, 8), "here\u{1b}")
            .help("do\u{7f} this\u{202e}");
        let own = |char: &char| *char == '\n';
        let text = render(&diagnostic, &map, Style::Plain);
        assert!(
            !text.chars().any(|char| char.is_control() && !own(&char)),
            "{text:?}"
        );
        assert!(text.contains(r"red \u{1b}[31m\r\u{9b}"), "{text}");
        assert!(text.contains(r"do\u{7f} this\u{202e}"), "{text}");
        let text = render(&diagnostic, &map, Style::Colour);
        assert!(
            !text.contains("\u{1b}[2J") && !text.contains('\u{9b}'),
            "{text:?}"
        );
    }

    #[test]
    fn a_password_in_an_address_is_not_shown() {
        let mut map = SourceMap::new();
        let long = "x".repeat(500);
        let text = format!("a = \"git::https://u:hunter2@h.example/x\" # {long}");
        let a = map.add("a", text);
        for start in [4, 20, 430] {
            let diagnostic = Diagnostic::error(&CODE, "no `https://u:hunter2@h.example/x`")
                .label(
                    Span::new(a, start, start + 5),
                    "https://u:hunter2@h.example",
                )
                .help("https://u:hunter2@h.example");
            let text = render(&diagnostic, &map, Style::Plain);
            let json = crate::to_json(&diagnostic, &map).to_string();
            assert!(
                !text.contains("unter") && !json.contains("unter"),
                "{text}{json}"
            );
        }
    }

    #[test]
    fn survives_places_outside_the_text() {
        let mut map = SourceMap::new();
        let a = map.add("a", "é");
        for (start, end) in [(0, 0), (0, 99), (2, 2), (50, 60)] {
            let diagnostic = Diagnostic::error(&CODE, "x").at(Span::new(a, start, end));
            assert!(render(&diagnostic, &map, Style::Plain).contains("a:1:"));
        }
    }
}
