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

/// What comes after a step along one part of a path.
enum Step<'a> {
    /// The rest of the pattern and of the name.
    Next(&'a str, &'a str),
    /// A star, and the pattern after it.
    Star(&'a str),
    End(bool),
}

/// One part of a path. Only the last star is ever tried again, so that stars
/// cost no more than their number times the length of the name.
fn match_part(pattern: &str, name: &str) -> Result<bool> {
    if pattern.is_empty() || name.is_empty() {
        return Ok(pattern == name || (name.is_empty() && pattern == "*"));
    }
    let (mut pattern, mut name) = (pattern, name);
    let mut star: Option<(&str, &str)> = None;
    loop {
        let failed = match step(pattern, name) {
            Ok(Step::Next(rest, after)) => {
                (pattern, name) = (rest, after);
                continue;
            }
            Ok(Step::Star("")) | Ok(Step::End(true)) => return Ok(true),
            Ok(Step::Star(rest)) => {
                star = Some((rest, name));
                pattern = rest;
                continue;
            }
            Ok(Step::End(false)) => Ok(false),
            Err(bad) => Err(bad),
        };
        // After a star even a malformed pattern only fails to match.
        let Some((rest, from)) = star else {
            return failed;
        };
        let mut from = from.chars();
        from.next();
        if from.as_str().is_empty() {
            return Ok(false);
        }
        star = Some((rest, from.as_str()));
        (pattern, name) = (rest, from.as_str());
    }
}

fn step<'a>(pattern: &'a str, name: &'a str) -> Result<Step<'a>> {
    let (Some(p), Some(n)) = (pattern.chars().next(), name.chars().next()) else {
        return Ok(Step::End(
            (pattern.is_empty() && name.is_empty())
                || (name.is_empty() && pattern == "*")
                || pattern == "**",
        ));
    };
    let rest = &pattern[p.len_utf8()..];
    let after = &name[n.len_utf8()..];
    Ok(match p {
        '\\' => match rest.chars().next() {
            None => return Err(BadPattern),
            Some(escaped) if escaped == n => Step::Next(&rest[n.len_utf8()..], after),
            Some(_) => Step::End(false),
        },
        '*' => Step::Star(rest.trim_start_matches('*')),
        '[' => {
            let end = find_unescaped(rest, ']').ok_or(BadPattern)?;
            if match_class(&rest[..end], n)? {
                Step::Next(&rest[end + 1..], after)
            } else {
                Step::End(false)
            }
        }
        '{' => {
            let end = find_unescaped(rest, '}').ok_or(BadPattern)?;
            let tail = &rest[end + 1..];
            for option in split(&rest[..end], ',') {
                if match_part(&format!("{option}{tail}"), name)? {
                    return Ok(Step::End(true));
                }
            }
            Step::End(false)
        }
        p if p == '?' || p == n => Step::Next(rest, after),
        _ => Step::End(false),
    })
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
        let stars = "*a".repeat(40);
        assert!(!matches(&format!("{stars}b"), &"a".repeat(200)));
    }
}
