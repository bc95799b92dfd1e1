//! Paths with `/`, as Go's `path/filepath` treats them on Unix.

/// `filepath.Clean`
pub(in crate::functions) fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(last) if *last != ".." => {
                    parts.pop();
                }
                _ if rooted => {}
                _ => parts.push(".."),
            },
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// `filepath.Join` of two parts.
pub(in crate::functions) fn join(first: &str, second: &str) -> String {
    match (first.is_empty(), second.is_empty()) {
        (true, true) => String::new(),
        (true, false) => clean(second),
        (false, true) => clean(first),
        (false, false) => clean(&format!("{first}/{second}")),
    }
}

/// `filepath.Base`: the last part; `.` of an empty path, `/` of slashes only.
pub(in crate::functions) fn base(path: &str) -> &str {
    if path.is_empty() {
        return ".";
    }
    let path = path.trim_end_matches('/');
    match path.rsplit('/').next() {
        Some("") | None => "/",
        Some(last) => last,
    }
}

/// `filepath.Dir`: all but the last part, cleaned.
pub(in crate::functions) fn dir(path: &str) -> String {
    clean(path.rfind('/').map_or("", |at| &path[..=at]))
}

/// `filepath.Rel` of two clean relative or two clean absolute paths.
pub(in crate::functions) fn relative(base: &str, target: &str) -> Option<String> {
    if base.starts_with('/') != target.starts_with('/') {
        return None;
    }
    fn parts(path: &str) -> Vec<&str> {
        path.split('/')
            .filter(|p| !p.is_empty() && *p != ".")
            .collect()
    }
    let (base, target) = (parts(base), parts(target));
    let common = base.iter().zip(&target).take_while(|(a, b)| a == b).count();
    if base[common..].contains(&"..") {
        return None;
    }
    let up = std::iter::repeat_n("..", base.len() - common);
    let all: Vec<&str> = up.chain(target[common..].iter().copied()).collect();
    Some(if all.is_empty() {
        ".".to_owned()
    } else {
        all.join("/")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_filepath() {
        for (path, cleaned) in [
            ("", "."),
            ("a//b/./c/..", "a/b"),
            ("../a/../..", "../.."),
            ("/../a/", "/a"),
            ("/", "/"),
        ] {
            assert_eq!(clean(path), cleaned, "{path}");
        }
        assert_eq!(
            [base(""), base("///"), base("a/b/"), base("a")],
            [".", "/", "b", "a"]
        );
        assert_eq!(
            [dir(""), dir("a"), dir("/a"), dir("a/b/")],
            [".", ".", "/", "a/b"]
        );
        assert_eq!(relative("a/b", "a/c").as_deref(), Some("../c"));
        assert_eq!(relative(".", "a").as_deref(), Some("a"));
    }
}
