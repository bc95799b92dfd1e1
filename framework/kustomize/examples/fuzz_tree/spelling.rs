//! The same YAML spelt another way: comments, blank lines, document markers.

use super::random::Random;

/// Adds what does not change the meaning, except inside block scalars and
/// quoted texts of several lines, which stay as they are.
pub(super) fn vary(random: &mut Random, text: String) -> String {
    if random.chance(60) {
        return text;
    }
    let mut out = String::with_capacity(text.len() * 2);
    if random.chance(20) {
        out.push_str(random.pick(&["---\n", "# head\n---\n", "\n", "# only a comment\n\n"]));
    }
    // Lines deeper than this belong to a block scalar.
    let mut block: Option<usize> = None;
    let mut quoted = false;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        if let Some(outer) = block
            && (line.trim().is_empty() || indent > outer)
        {
            out.push_str(line);
            out.push('\n');
            continue;
        }
        block = None;
        let was_quoted = quoted;
        if line.matches('"').count() % 2 == 1 || line.matches('\'').count() % 2 == 1 {
            quoted = !quoted;
        }
        let header = line
            .split_once(": ")
            .map(|(_, value)| value.trim_start_matches(['|', '>']));
        let opens = line.contains(": |") || line.contains(": >") || line.contains("- |");
        if opens && header.is_none_or(|rest| rest.len() <= 2) {
            block = Some(indent);
        }
        let is_calm = !was_quoted && !quoted && block.is_none() && !line.trim().is_empty();
        if is_calm && !line.starts_with("---") && random.chance(3) {
            out.push_str(&" ".repeat(indent));
            out.push_str("# a comment: with \"things\"\n");
        }
        out.push_str(line);
        if is_calm && random.chance(3) {
            out.push_str(random.pick(&[" # trailing", "  ", " #"]));
        }
        out.push('\n');
        if is_calm && random.chance(2) && !line.ends_with("below") {
            out.push('\n');
        }
    }
    if random.chance(5) {
        out = out.trim_end().to_owned();
    }
    if random.chance(3) {
        out = out.replace('\n', "\r\n");
    }
    out
}
