//! Words for lines that somebody may paste into a shell.

/// A path as one word of a command that takes paths: quoted where the shell
/// would read it otherwise, and never taken for an option.
pub(crate) fn path_word(path: &str) -> String {
    let path = match path.starts_with('-') {
        true => format!("./{path}"),
        false => path.to_owned(),
    };
    let plain = |c: char| c.is_alphanumeric() || "/._-+:@%,".contains(c);
    match !path.is_empty() && path.chars().all(plain) {
        true => path,
        false => format!("'{}'", path.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::path_word;

    #[test]
    fn words_mean_the_path_and_nothing_else() {
        for (path, word) in [
            ("acme", "acme"),
            ("../größe/a-b_1.x", "../größe/a-b_1.x"),
            ("a b", "'a b'"),
            ("-x", "./-x"),
            ("- x", "'./- x'"),
            ("it's", r"'it'\''s'"),
            ("$(id)", "'$(id)'"),
            ("~x", "'~x'"),
            ("", "''"),
        ] {
            assert_eq!(path_word(path), word);
        }
    }
}
