//! Dotted patterns of gates' `covers`, matched against the dotted names of
//! values.

/// Whether a dotted pattern matches a dotted path: `*` is any text within a
/// segment, `**` any number of segments. A segment in quotes may hold dots.
pub fn matches(pattern: &str, path: &str) -> bool {
    matches_parts(&segments(pattern), &segments(path))
}

/// Likewise for paths of files, whose segments stand between slashes.
pub fn matches_file(pattern: &str, path: &str) -> bool {
    let parts = |text| str::split(text, '/').collect::<Vec<_>>();
    matches_parts(&parts(pattern), &parts(path))
}

fn matches_parts(pattern: &[&str], path: &[&str]) -> bool {
    // Row by row: which prefixes of the path the pattern so far can match.
    let mut reach = vec![false; path.len() + 1];
    reach[0] = true;
    for part in pattern {
        let mut next = vec![false; path.len() + 1];
        if *part == "**" {
            let mut any = false;
            for (at, reached) in reach.iter().enumerate() {
                any |= reached;
                next[at] = any;
            }
        } else {
            for at in 0..path.len() {
                next[at + 1] = reach[at] && segment(part, path[at]);
            }
        }
        reach = next;
    }
    reach[path.len()]
}

/// The text between the dots that stand outside of quotes.
fn segments(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'.' if !quoted => {
                out.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    out.push(&text[start..]);
    out
}

fn segment(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_segments() {
        for (pattern, path, is) in [
            ("eks.node_pool.**", "eks.node_pool.max", true),
            ("eks.node_pool.**", "eks.node_pool.a.b", true),
            ("eks.node_pool.**", "eks.node_pool", true),
            ("eks.node_pool.**", "eks.node_pools.max", false),
            ("eks_*.**.max", "eks_gc0.node_pool.max", true),
            ("eks_*.max", "eks_gc0.node_pool.max", false),
            ("**", "a.b.c", true),
            ("a*c*e.x", "abcde.x", true),
            ("a*c*e.x", "abde.x", false),
            ("*", "a", true),
            ("a", "a.b", false),
            ("", "a", false),
            ("aa*aa", "aaa", false),
            ("web.*.\"a.b/c\"", "web.labels.\"a.b/c\"", true),
            ("web.*.*", "web.labels.\"a.b/c\"", true),
            ("web.*.*.*", "web.labels.\"a.b/c\"", false),
        ] {
            assert_eq!(matches(pattern, path), is, "{pattern} {path}");
        }
    }
}
