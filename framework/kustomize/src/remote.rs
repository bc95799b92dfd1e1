//! Telling remote addresses from paths (`api/internal/git/repospec.go`).

/// Whether kustomize takes the text for the address of a file on the web.
fn is_remote_file(text: &str) -> bool {
    ["http://", "https://"]
        .iter()
        .any(|scheme| strip_prefix_ignoring_case(text, scheme).is_some())
}

/// Whether the text is an address whatever else is wrong with it: of a file on
/// the web, or with `git::` in front.
pub(crate) fn is_address(text: &str) -> bool {
    is_remote_file(text) || strip_prefix_ignoring_case(text, "git::").is_some()
}

/// Whether kustomize takes the text for the address of a git repository, which
/// builds do not fetch.
pub fn is_repository(text: &str) -> bool {
    if text.starts_with('/') {
        return false;
    }
    let text = text.split_once('?').map_or(text, |(address, _)| address);
    let text = strip_prefix_ignoring_case(text, "git::").unwrap_or(text);
    let mut scheme = "";
    let mut rest = text;
    for one in ["ssh://", "https://", "http://", "file://"] {
        if let Some(after) = strip_prefix_ignoring_case(text, one) {
            (scheme, rest) = (one, after);
            break;
        }
    }
    let user_end = rest.find('@').filter(|at| {
        let user = &rest.as_bytes()[..*at];
        user.first().is_some_and(u8::is_ascii_alphabetic)
            && user
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    });
    if let Some(at) = user_end {
        rest = &rest[at + 1..];
    }
    let lower = rest.to_ascii_lowercase();
    let is_github = lower.starts_with("github.com/") || lower.starts_with("github.com:");
    let accepts_colon = scheme.is_empty() && (user_end.is_some() || is_github);
    if scheme.is_empty() && !accepts_colon {
        return false;
    }
    if scheme == "file://" {
        return has_repository(rest, false);
    }
    let slash = rest.find('/');
    let colon = rest.find(':').filter(|at| *at > 0 && accepts_colon);
    let separator = match (slash, colon) {
        (Some(slash), Some(colon)) => Some(slash.min(colon)),
        (slash, colon) => slash.or(colon),
    };
    let (host, path) = match separator {
        Some(at) => (&rest[..=at], &rest[at + 1..]),
        None => (rest, ""),
    };
    !host.is_empty() && has_repository(path, true)
}

/// Whether a path names a repository: up to `_git/x`, `//`, `.git`, or two
/// segments.
fn has_repository(path: &str, needs_segments: bool) -> bool {
    let (repository, inner) = if let Some(at) = path.find("_git/") {
        let after = &path[at + 5..];
        let end = after.find('/').unwrap_or(after.len());
        (&path[..at + 5 + end], &after[end..])
    } else if let Some(at) = path.find("//") {
        (&path[..at], &path[at + 2..])
    } else if let Some(at) = path.find(".git") {
        (&path[..at + 4], &path[at + 4..])
    } else if needs_segments {
        let Some(first) = path.find('/') else {
            return false;
        };
        let end = path[first + 1..]
            .find('/')
            .map_or(path.len(), |at| first + 1 + at);
        (&path[..end], &path[end..])
    } else {
        (path, "")
    };
    let inner = crate::fs::path::clean(inner.trim_start_matches('/'));
    !repository.is_empty() && inner != ".." && !inner.starts_with("../")
}

fn strip_prefix_ignoring_case<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix)
        .then(|| &text[prefix.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_addresses_from_paths() {
        for address in [
            "github.com/org/repo",
            "github.com/org/repo//path?ref=v1",
            "https://example.com/org/repo",
            "git@example.com:org/repo",
            "git::https://example.com/a/b",
            "ssh://git@example.com/org/repo.git",
            "file:///tmp/repo",
        ] {
            assert!(is_repository(address), "{address}");
        }
        for path in [
            "../base",
            "base",
            "example.com/org/repo",
            "/github.com/a/b",
            "github.com/a",
        ] {
            assert!(!is_repository(path), "{path}");
        }
    }
}
