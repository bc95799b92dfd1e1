//! Patterns of `fileset`: `doublestar` version 1, the library Terraform uses.

use super::path;

/// The pattern is malformed (`path.ErrBadPattern`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::functions) struct BadPattern;

type Result<T> = std::result::Result<T, BadPattern>;

/// A pattern taken apart.
pub(in crate::functions) struct Glob {
    /// The folder before the first part with a special character; `.` for none.
    pub base: String,
    /// The other parts; empty if there are none.
    parts: Vec<String>,
}

impl Glob {
    /// Takes a clean pattern apart.
    pub(in crate::functions) fn new(pattern: &str) -> Self {
        let parts = split(pattern, '/');
        let fixed = parts
            .iter()
            .take_while(|part| !part.contains(['*', '?', '[', '{', '\\']))
            .count();
        let (base, rest) = parts.split_at(fixed);
        let rooted = if pattern.starts_with('/') { "/" } else { "" };
        Self {
            base: path::clean(&format!("{rooted}{}", base.join("/"))),
            parts: rest.iter().map(|part| (*part).to_owned()).collect(),
        }
    }

    /// Whether the pattern has no special character and names `base` itself.
    pub(in crate::functions) fn is_literal(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether a file below `base` matches; `file` is relative to it.
    pub(in crate::functions) fn matches(&self, file: &str) -> Result<bool> {
        let names: Vec<&str> = file.split('/').collect();
        let parts: Vec<&str> = self.parts.iter().map(String::as_str).collect();
        match_parts(&parts, &names)
    }
}

/// Matches part by part; `**` stands for any number of folders, at the end for
/// everything below.
fn match_parts(parts: &[&str], names: &[&str]) -> Result<bool> {
    // `reachable[n]`: the parts so far match the first n names.
    let mut reachable = vec![false; names.len() + 1];
    reachable[0] = true;
    for (at, part) in parts.iter().enumerate() {
        let mut next = vec![false; names.len() + 1];
        if *part == "**" {
            let first = reachable.iter().position(|r| *r).unwrap_or(names.len() + 1);
            let last = at + 1 == parts.len();
            // A folder cannot be the file itself: at the end there is a name.
            let from = if last { first + 1 } else { first };
            next.iter_mut().skip(from).for_each(|r| *r = true);
        } else {
            for (n, name) in names.iter().enumerate() {
                if reachable[n] && match_part(part, name)? {
                    next[n + 1] = true;
                }
            }
        }
        reachable = next;
    }
    Ok(reachable[names.len()])
}

/// Cuts at separators that no backslash precedes; an empty end stays, an empty
/// text has no parts.
fn split(text: &str, separator: char) -> Vec<&str> {
    if !text.contains(separator) {
        return vec![text];
    }
    let mut parts = Vec::new();
    let mut start = 0;
    while start < text.len() {
        match find_unescaped(&text[start..], separator) {
            Some(end) => {
                parts.push(&text[start..start + end]);
                start += end + separator.len_utf8();
                if start == text.len() {
                    parts.push("");
                }
            }
            None => {
                parts.push(&text[start..]);
                break;
            }
        }
    }
    parts
}

fn find_unescaped(text: &str, wanted: char) -> Option<usize> {
    text.match_indices(wanted)
        .map(|(at, _)| at)
        .find(|at| !text[..*at].ends_with('\\'))
}

/// One part of a path. The pattern is short and backtracking bounded by it.
fn match_part(pattern: &str, name: &str) -> Result<bool> {
    if pattern.is_empty() || name.is_empty() {
        return Ok(pattern == name || (name.is_empty() && pattern == "*"));
    }
    let (mut pattern, mut name) = (pattern, name);
    while let (Some(p), Some(n)) = (pattern.chars().next(), name.chars().next()) {
        match p {
            '\\' => {
                pattern = &pattern[1..];
                match pattern.chars().next() {
                    None => return Err(BadPattern),
                    Some(p) if p == n => {
                        pattern = &pattern[p.len_utf8()..];
                        name = &name[n.len_utf8()..];
                    }
                    Some(_) => return Ok(false),
                }
            }
            '*' => {
                let rest = pattern[1..].trim_start_matches('*');
                if rest.is_empty() {
                    return Ok(true);
                }
                return Ok(name
                    .char_indices()
                    .any(|(at, _)| match_part(rest, &name[at..]).unwrap_or(false)));
            }
            '[' => {
                let inner = &pattern[1..];
                let end = find_unescaped(inner, ']').ok_or(BadPattern)?;
                if !match_class(&inner[..end], n)? {
                    return Ok(false);
                }
                pattern = &inner[end + 1..];
                name = &name[n.len_utf8()..];
            }
            '{' => {
                let inner = &pattern[1..];
                let end = find_unescaped(inner, '}').ok_or(BadPattern)?;
                let rest = &inner[end + 1..];
                for option in split(&inner[..end], ',') {
                    if match_part(&format!("{option}{rest}"), name)? {
                        return Ok(true);
                    }
                }
                return Ok(false);
            }
            p if p == '?' || p == n => {
                pattern = &pattern[p.len_utf8()..];
                name = &name[n.len_utf8()..];
            }
            _ => return Ok(false),
        }
    }
    Ok((pattern.is_empty() && name.is_empty())
        || (name.is_empty() && pattern == "*")
        || pattern == "**")
}

fn match_class(class: &str, c: char) -> Result<bool> {
    let (negated, body) = match class.strip_prefix('^') {
        Some(body) => (true, body),
        None => (false, class),
    };
    if class.is_empty() {
        return Err(BadPattern);
    }
    let mut chars = body.chars().peekable();
    let mut found = false;
    while let Some(low) = chars.next() {
        let low = match low {
            '-' => return Err(BadPattern),
            '\\' => chars.next().ok_or(BadPattern)?,
            low => low,
        };
        let mut high = low;
        if chars.next_if_eq(&'-').is_some() {
            high = match chars.next().ok_or(BadPattern)? {
                '-' => return Err(BadPattern),
                '\\' => chars.next().ok_or(BadPattern)?,
                high => high,
            };
        }
        found |= (low..=high).contains(&c);
    }
    Ok(found != negated)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, file: &str) -> bool {
        let glob = Glob::new(pattern);
        let file = if glob.base == "." {
            Some(file)
        } else {
            file.strip_prefix(&format!("{}/", glob.base))
        };
        file.is_some_and(|file| glob.matches(file) == Ok(true))
    }

    #[test]
    fn matches_as_doublestar() {
        for (pattern, file) in [
            ("*.tf", "a.tf"),
            ("**", "a/b/c"),
            ("**/*.tf", "a.tf"),
            ("**/*.tf", "a/b/c.tf"),
            ("a/**/c", "a/c"),
            ("a/**/c", "a/b/b/c"),
            ("a/{b,c}?.t[f-x]", "a/cd.tf"),
            ("[^a]", "b"),
            ("\\*", "*"),
            ("a/*/c", "a/b/c"),
        ] {
            assert!(matches(pattern, file), "{pattern} {file}");
        }
        for (pattern, file) in [
            ("*.tf", "a/b.tf"),
            ("a/*", "b/c"),
            ("?", "ab"),
            ("[^a]", "a"),
            ("**/c", "c/d"),
        ] {
            assert!(!matches(pattern, file), "{pattern} {file}");
        }
        assert_eq!(Glob::new("[").matches("a"), Err(BadPattern));
    }
}
