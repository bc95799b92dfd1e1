//! Makes broken and oddly laid out texts from good ones, the same ones for the
//! same seed.

use terrace_diag::FileId;
use terrace_hcl::{LexMode, Source, TokenKind, lex};

/// A small generator of numbers (xorshift).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

/// Tokens that are put into texts.
const WORDS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "\"",
    "${",
    "%{",
    "~}",
    "${~",
    "=",
    "==",
    "=>",
    ":",
    "::",
    ",",
    ".",
    "...",
    "?",
    "!",
    "!=",
    "-",
    "+",
    "*",
    "/",
    "%",
    "<",
    "<=",
    ">",
    ">=",
    "&&",
    "||",
    "&",
    "|",
    "\n",
    "\n\n",
    " ",
    "  ",
    "\t",
    "\r\n",
    "a",
    "for",
    "in",
    "if",
    "else",
    "endif",
    "null",
    "true",
    "0",
    "1.5",
    "1e3",
    "1.2.3",
    "\"x\"",
    "\"${a}\"",
    "# c\n",
    "// c\n",
    "/* c */",
    "<<A\nx\nA\n",
    "<<-A\n  x\n   ${b}\n  A\n",
    "a = 1\n",
    "b {\n}\n",
    "[*]",
    ".*",
    "$${",
    "%%{",
    "$",
    "\\",
    "é",
    "日本",
    "\u{a0}",
    "'",
    ";",
    "@",
    "~",
    "^",
    "%{ if a }",
    "%{ endif }",
    "%{ for a in b }",
    "%{ endfor }",
    "%{ else }",
    "type = \"list\"\n",
    "c.0.d",
    "-1",
    "!a",
    "f(",
    "a[",
    "{ a = 1 }",
    "[for a in b : c]",
    "{for a, b in c : d => e...}",
    "\u{feff}",
    "\r",
];

/// A variant of `text`: a few tokens removed, repeated, swapped, added, or only
/// their spaces changed.
pub(crate) fn mutate(text: &str, random: &mut Random) -> String {
    let layout_only = random.below(2) == 0;
    let source = Source {
        file: FileId(0),
        text,
        base: 0,
    };
    let (tokens, _) = lex(source, LexMode::Normal);
    // Tokens with the spaces before them.
    let mut pieces: Vec<(TokenKind, String, String)> = Vec::new();
    let mut end = 0;
    for token in &tokens {
        let space = text.get(end..token.start as usize).unwrap_or("");
        pieces.push((
            token.kind,
            space.to_owned(),
            source.token_text(*token).to_owned(),
        ));
        end = token.end as usize;
    }
    let count = 1 + random.below(if layout_only { 30 } else { 3 });
    for _ in 0..count {
        let at = random.below(pieces.len());
        if layout_only {
            relayout(&mut pieces, at, random);
            continue;
        }
        match random.below(6) {
            0 => {
                pieces.remove(at);
            }
            1 => {
                let copy = pieces[at].clone();
                pieces.insert(at, copy);
            }
            2 => {
                let other = random.below(pieces.len());
                pieces.swap(at, other);
            }
            3 => pieces[at].2.truncate(0),
            _ => {
                let word = WORDS[random.below(WORDS.len())];
                pieces.insert(at, (TokenKind::Invalid, String::new(), word.to_owned()));
            }
        }
        if pieces.is_empty() {
            break;
        }
    }
    pieces
        .into_iter()
        .flat_map(|(_, space, text)| [space, text])
        .collect()
}

/// Changes the white space or comments at a token.
fn relayout(pieces: &mut [(TokenKind, String, String)], at: usize, random: &mut Random) {
    let in_template = matches!(
        pieces[at].0,
        TokenKind::QuotedText
            | TokenKind::Text
            | TokenKind::CloseQuote
            | TokenKind::CloseHeredoc
            | TokenKind::OpenInterpolation
            | TokenKind::OpenDirective
    );
    if in_template {
        return;
    }
    let (kind, space, text) = &mut pieces[at];
    match random.below(8) {
        0 => space.clear(),
        1 => space.push(' '),
        2 => space.push('\t'),
        3 => space.push_str("/* é */"),
        4 => space.push_str("   "),
        5 if *kind == TokenKind::Newline => text.insert_str(0, " # note"),
        6 if *kind == TokenKind::Newline => text.push('\n'),
        7 => space.push('\n'),
        _ => space.push_str("  "),
    }
}
