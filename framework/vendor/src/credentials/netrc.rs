//! `.netrc`, as curl and Terraform's go-getter read it: names and passwords by
//! machine.

use std::iter::Peekable;
use std::str::Chars;

use terrace_exec::Environment;

use super::{Problem, Secret, in_home, named_by, read};
use crate::url::split_port;

/// The name and password for a host, and the file that has them.
///
/// A `default` is for no host that is named here: any source could have it sent
/// anywhere.
pub(super) fn login(
    environment: &Environment,
    host: &str,
) -> Result<Option<(String, Secret, String)>, Problem> {
    let path = named_by(environment, "NETRC").or_else(|| in_home(environment, ".netrc"));
    let Some(path) = path else { return Ok(None) };
    let Some(text) = read(&path)? else {
        return Ok(None);
    };
    let found = of_text(&text, host);
    Ok(found.map(|(user, password)| (user, Secret(password), path.display().to_string())))
}

/// Machines are named with or without a port; the first that fits counts.
fn of_text(text: &str, host: &str) -> Option<(String, String)> {
    let mut words = Words {
        chars: text.chars().peekable(),
    };
    let mut fits = false;
    let (mut user, mut password) = (None, None);
    while let Some(word) = words.next() {
        match word.as_str() {
            "machine" | "default" => {
                if fits {
                    break;
                }
                // A default is passed over.
                fits = word == "machine" && is_named(&words.next()?, host);
                (user, password) = (None, None);
            }
            "login" => user = words.next(),
            "password" => password = words.next(),
            "account" => {
                words.next();
            }
            "macdef" => words.skip_macro(),
            _ => {}
        }
    }
    match (fits, user, password) {
        (true, user, Some(password)) => Some((user.unwrap_or_default(), password)),
        _ => None,
    }
}

fn is_named(name: &str, host: &str) -> bool {
    name.eq_ignore_ascii_case(host) || name.eq_ignore_ascii_case(split_port(host).0)
}

/// Words apart by blanks, in quotes if they hold some; `#` starts a comment.
struct Words<'t> {
    chars: Peekable<Chars<'t>>,
}

impl Words<'_> {
    /// To the empty line that ends a macro.
    fn skip_macro(&mut self) {
        let mut last = ' ';
        for next in self.chars.by_ref() {
            if next == '\n' && last == '\n' {
                return;
            }
            last = next;
        }
    }
}

impl Iterator for Words<'_> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        loop {
            while self.chars.next_if(|c| c.is_whitespace()).is_some() {}
            if self.chars.next_if_eq(&'#').is_none() {
                break;
            }
            let _ = self.chars.by_ref().find(|c| *c == '\n');
        }
        let mut word = String::new();
        match self.chars.peek()? {
            '"' => {
                self.chars.next();
                while let Some(next) = self.chars.next() {
                    match next {
                        '"' => break,
                        '\\' => word.extend(self.chars.next().map(|escaped| match escaped {
                            'n' => '\n',
                            'r' => '\r',
                            't' => '\t',
                            other => other,
                        })),
                        next => word.push(next),
                    }
                }
            }
            _ => {
                while let Some(next) = self.chars.next_if(|c| !c.is_whitespace()) {
                    word.push(next);
                }
            }
        }
        Some(word)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn machines_are_found() {
        let text = "# machine commented.example login x password y\n\
            machine one.example login a password b # more\n\
            machine two.example\n  login c\n  account x\n  password \"d \\\"e\\\"\"\n\
            macdef init\nmachine macro.example login x password y\n\n\
            machine port.example:8443 password p\n\
            machine nothing.example login only\n\
            machine one.example login second password second\n\
            default login any password any\n";
        let of = |host: &str| of_text(text, host);
        let pair = |user: &str, password: &str| Some((user.to_owned(), password.to_owned()));
        assert_eq!(of("one.example"), pair("a", "b"));
        assert_eq!(of("ONE.example:8080"), pair("a", "b"));
        assert_eq!(of("two.example"), pair("c", "d \"e\""));
        assert_eq!(of("port.example:8443"), pair("", "p"));
        for none in [
            "port.example",
            "nothing.example",
            "commented.example",
            "macro.example",
            "other.example",
            "example",
            "",
        ] {
            assert_eq!(of(none), None, "{none}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// Whatever is in a file, looking for a machine ends.
        #[test]
        fn anything_is_survived(text in "(machine|login|password|default|macdef|x|#|\"|\\\\| |\n|\\PC){0,40}") {
            let _ = of_text(&text, "x");
        }

        /// In quotes any password comes back.
        #[test]
        fn what_is_written_is_read(user in "\\PC{1,12}", password in "\\PC{1,12}", more in "\\PC{0,12}") {
            let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
            let text = format!(
                "machine other login a password b\nmachine x login {} password {}\nmachine y {more}",
                quoted(&user),
                quoted(&password)
            );
            prop_assert_eq!(of_text(&text, "x"), Some((user, password)));
        }
    }
}
