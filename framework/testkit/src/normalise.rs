//! Outputs without what differs from run to run.

use std::path::Path;

use regex::{Captures, Regex};

/// Replaces paths, digests, times and durations in outputs, so that they can be
/// compared as text. Equal digests get equal names, numbered as they come, and
/// their short forms too.
#[derive(Debug, Clone, Default)]
pub struct Normaliser {
    paths: Vec<(String, String)>,
}

impl Normaliser {
    /// Replaces nothing but digests, times and durations.
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces a path by a name, `[PROJECT]`. Longer paths go first.
    #[must_use]
    pub fn path(mut self, path: &Path, name: &str) -> Self {
        self.paths
            .push((path.display().to_string(), name.to_owned()));
        self.paths
            .sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        self
    }

    /// The text with everything replaced: `[sha256:1]` (64 digits), `[git:1]`
    /// (40), `[TIME]` (RFC 3339), `[DURATION]` (`1.2 s`, `35ms`, `2m 3s`),
    /// `[UUID]`.
    pub fn apply(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for (path, name) in &self.paths {
            out = out.replace(path, name);
        }
        let replace = |text: &str, pattern: &str, with: &str| {
            regex(pattern).replace_all(text, with).into_owned()
        };
        out = replace(
            &out,
            r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b",
            "[UUID]",
        );
        out = replace(
            &out,
            r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?",
            "[TIME]",
        );
        out = replace(
            &out,
            r"\b(?:\d+ ?h ?)?(?:\d+ ?m(?:in)? ?)?\d+(?:\.\d+)? ?(?:ns|µs|us|ms|s)\b",
            "[DURATION]",
        );
        let mut known: Vec<String> = Vec::new();
        let mut number = |digest: &str| {
            let at = known.iter().position(|other| {
                other.starts_with(digest) || (digest.starts_with(other.as_str()))
            });
            let at = at.unwrap_or_else(|| {
                known.push(digest.to_owned());
                known.len() - 1
            });
            at + 1
        };
        regex(r"\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{12})\b")
            .replace_all(&out, |found: &Captures<'_>| {
                let digest = &found[0];
                // Twelve digits that are all decimal are a number.
                if digest.len() == 12 && digest.bytes().all(|byte| byte.is_ascii_digit()) {
                    return digest.to_owned();
                }
                let kind = match digest.len() {
                    64 => "sha256:",
                    40 => "git:",
                    _ => "short:",
                };
                format!("[{kind}{}]", number(digest))
            })
            .into_owned()
    }
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of this file")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_what_differs_and_nothing_else() {
        let (a, b) = ("a".repeat(64), "0123456789abcdef".repeat(4));
        let text = format!(
            "/tmp/x/project/a.hcl:3:1 took 1.25 s (35ms, 2m 3s)\n{a} {b} {a} aaaaaaaaaaaa\n{} at \
             2026-01-01T10:00:00Z\nmin_size = 3\n123456789012 s3 bucket\n",
            "b".repeat(40)
        );
        let normaliser = Normaliser::new()
            .path(Path::new("/tmp/x"), "[SANDBOX]")
            .path(Path::new("/tmp/x/project"), "[PROJECT]");
        assert_eq!(
            normaliser.apply(&text),
            "[PROJECT]/a.hcl:3:1 took [DURATION] ([DURATION], [DURATION])\n[sha256:1] [sha256:2] \
             [sha256:1] [short:1]\n[git:3] at [TIME]\nmin_size = 3\n123456789012 s3 bucket\n"
        );
    }
}
