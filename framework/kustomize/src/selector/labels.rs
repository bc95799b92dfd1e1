//! Kubernetes label selectors (`k8s.io/apimachinery/pkg/labels/selector.go`):
//! `a=b, c!=d, e in (f, g), !h, i, j > 1`.

/// A parsed selector: all requirements must hold. None always do.
#[derive(Debug, Clone, Default)]
pub(crate) struct LabelSelector {
    requirements: Vec<Requirement>,
}

#[derive(Debug, Clone)]
struct Requirement {
    key: String,
    operator: Operator,
    values: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
    GreaterThan,
    LessThan,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Open,
    Close,
    Comma,
    Not,
    Equals,
    NotEquals,
    Greater,
    Less,
    In,
    NotIn,
    Bad(String),
    End,
}

impl Token {
    fn text(&self) -> &str {
        match self {
            Self::Word(text) | Self::Bad(text) => text,
            Self::Open => "(",
            Self::Close => ")",
            Self::Comma => ",",
            Self::Not => "!",
            Self::Equals => "=",
            Self::NotEquals => "!=",
            Self::Greater => ">",
            Self::Less => "<",
            Self::In => "in",
            Self::NotIn => "notin",
            Self::End => "",
        }
    }
}

impl LabelSelector {
    /// # Errors
    /// What is wrong, in the words of Kubernetes.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parser = Parser {
            tokens: tokens(text),
            at: 0,
        };
        let mut requirements = Vec::new();
        loop {
            match parser.peek(false) {
                Token::Word(_) | Token::Not => {
                    let requirement = parser
                        .requirement()
                        .map_err(|error| format!("unable to parse requirement: {error}"))?;
                    requirements.push(requirement);
                    match parser.next(false) {
                        Token::End => break,
                        Token::Comma => {
                            let next = parser.peek(false);
                            if !matches!(next, Token::Word(_) | Token::Not) {
                                return Err(format!(
                                    "found '{}', expected: identifier after ','",
                                    next.text()
                                ));
                            }
                        }
                        other => {
                            return Err(format!(
                                "found '{}', expected: ',' or 'end of string'",
                                other.text()
                            ));
                        }
                    }
                }
                Token::End => break,
                other => {
                    return Err(format!(
                        "found '{}', expected: !, identifier, or 'end of string'",
                        other.text()
                    ));
                }
            }
        }
        Ok(Self { requirements })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Whether the labels found by `get` fulfil all requirements.
    pub(crate) fn matches<'a>(&self, get: impl Fn(&str) -> Option<&'a str>) -> bool {
        self.requirements.iter().all(|requirement| {
            let value = get(&requirement.key);
            let listed = |value: &str| requirement.values.iter().any(|one| one == value);
            let compared = || {
                let left = value?.parse::<i64>().ok()?;
                let right = requirement.values.first()?.parse::<i64>().ok()?;
                Some(left.cmp(&right))
            };
            match requirement.operator {
                Operator::In => value.is_some_and(listed),
                Operator::NotIn => !value.is_some_and(listed),
                Operator::Exists => value.is_some(),
                Operator::DoesNotExist => value.is_none(),
                Operator::GreaterThan => compared() == Some(std::cmp::Ordering::Greater),
                Operator::LessThan => compared() == Some(std::cmp::Ordering::Less),
            }
        })
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Parser {
    /// The next token; where a value may stand, `in` and `notin` are words.
    fn peek(&self, key: bool) -> Token {
        match self.tokens.get(self.at) {
            None => Token::End,
            Some(token @ (Token::In | Token::NotIn)) if !key => Token::Word(token.text().into()),
            Some(token) => token.clone(),
        }
    }

    fn next(&mut self, key: bool) -> Token {
        let token = self.peek(key);
        self.at += 1;
        token
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let negated = self.peek(false) == Token::Not;
        if negated {
            self.at += 1;
        }
        let Token::Word(key) = self.next(false) else {
            self.at -= 1;
            return Err(format!(
                "found '{}', expected: identifier",
                self.peek(false).text()
            ));
        };
        check_key(&key)?;
        let requirement = |operator, values| Requirement {
            key: key.clone(),
            operator,
            values,
        };
        if negated {
            return Ok(requirement(Operator::DoesNotExist, Vec::new()));
        }
        if matches!(self.peek(false), Token::End | Token::Comma) {
            return Ok(requirement(Operator::Exists, Vec::new()));
        }
        let operator = match self.next(true) {
            Token::In => Operator::In,
            Token::Equals => return Ok(requirement(Operator::In, vec![self.value(&key)?])),
            Token::NotEquals => return Ok(requirement(Operator::NotIn, vec![self.value(&key)?])),
            Token::NotIn => Operator::NotIn,
            token @ (Token::Greater | Token::Less) => {
                let value = self.value(&key)?;
                if value.parse::<i64>().is_err() {
                    return Err("for 'Gt', 'Lt' operators, the value must be an integer".into());
                }
                let operator = if token == Token::Greater {
                    Operator::GreaterThan
                } else {
                    Operator::LessThan
                };
                return Ok(requirement(operator, vec![value]));
            }
            other => {
                return Err(format!(
                    "found '{}', expected: '=', '!=', '==', 'in', notin'",
                    other.text()
                ));
            }
        };
        Ok(requirement(operator, self.values(&key)?))
    }

    fn value(&mut self, key: &str) -> Result<String, String> {
        if matches!(self.peek(false), Token::End | Token::Comma) {
            return Ok(String::new());
        }
        match self.next(false) {
            Token::Word(value) => {
                check_value(key, &value)?;
                Ok(value)
            }
            other => Err(format!("found '{}', expected: identifier", other.text())),
        }
    }

    fn values(&mut self, key: &str) -> Result<Vec<String>, String> {
        let open = self.next(false);
        if open != Token::Open {
            return Err(format!("found '{}' expected: '('", open.text()));
        }
        let mut values = Vec::new();
        loop {
            match self.next(false) {
                Token::Word(value) => {
                    check_value(key, &value)?;
                    values.push(value);
                    match self.peek(false) {
                        Token::Comma | Token::Close => {}
                        other => {
                            return Err(format!("found '{}', expected: ',' or ')'", other.text()));
                        }
                    }
                }
                Token::Comma => {
                    if values.is_empty() {
                        values.push(String::new());
                    }
                    match self.peek(false) {
                        Token::Close => {
                            values.push(String::new());
                        }
                        Token::Comma => {
                            self.at += 1;
                            values.push(String::new());
                        }
                        _ => {}
                    }
                }
                Token::Close => {
                    if values.is_empty() {
                        values.push(String::new());
                    }
                    return Ok(values);
                }
                other => {
                    return Err(format!(
                        "found '{}', expected: ',', or identifier",
                        other.text()
                    ));
                }
            }
        }
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let special = |c: char| "=!(),><".contains(c);
    let space = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(space);
        let Some(first) = rest.chars().next() else {
            return tokens;
        };
        if !special(first) {
            let end = rest
                .find(|c| special(c) || space(c) || c == '\0')
                .unwrap_or(rest.len());
            let word = &rest[..end];
            tokens.push(match word {
                "in" => Token::In,
                "notin" => Token::NotIn,
                _ => Token::Word(word.to_owned()),
            });
            if rest[end..].starts_with('\0') {
                return tokens;
            }
            rest = &rest[end..];
            continue;
        }
        let (token, len) = if rest.starts_with("==") {
            (Token::Equals, 2)
        } else if rest.starts_with("!=") {
            (Token::NotEquals, 2)
        } else {
            let token = match first {
                '(' => Token::Open,
                ')' => Token::Close,
                ',' => Token::Comma,
                '!' => Token::Not,
                '=' => Token::Equals,
                '>' => Token::Greater,
                '<' => Token::Less,
                _ => Token::Bad(first.to_string()),
            };
            (token, 1)
        };
        tokens.push(token);
        rest = &rest[len..];
    }
}

/// `[prefix/]name`: a DNS subdomain and a name of at most 63 characters.
fn check_key(key: &str) -> Result<(), String> {
    let mut parts = key.split('/');
    let (prefix, name) = match (parts.next(), parts.next(), parts.next()) {
        (Some(name), None, _) => (None, name),
        (Some(prefix), Some(name), None) => (Some(prefix), name),
        _ => return Err(format!("invalid label key \"{key}\"")),
    };
    let domain = prefix.is_none_or(|prefix| {
        !prefix.is_empty()
            && prefix.len() <= 253
            && prefix.split('.').all(|part| {
                let bytes = part.as_bytes();
                let outer = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
                bytes.first().is_some_and(outer)
                    && bytes.last().is_some_and(outer)
                    && bytes.iter().all(|byte| outer(byte) || *byte == b'-')
            })
    });
    if domain && !name.is_empty() && is_qualified(name) {
        Ok(())
    } else {
        Err(format!("invalid label key \"{key}\""))
    }
}

fn check_value(key: &str, value: &str) -> Result<(), String> {
    if value.is_empty() || is_qualified(value) {
        Ok(())
    } else {
        Err(format!(
            "invalid label value: \"{value}\": at key: \"{key}\""
        ))
    }
}

fn is_qualified(name: &str) -> bool {
    let bytes = name.as_bytes();
    name.len() <= 63
        && bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_and_matches() {
        let labels = |key: &str| match key {
            "a" => Some("1"),
            "b" => Some("x"),
            _ => None,
        };
        for (selector, expected) in [
            ("", true),
            ("a", true),
            ("!a", false),
            ("a=1,b==x", true),
            ("a!=1", false),
            ("c!=1", true),
            ("b in (x, y)", true),
            ("b notin (x,y)", false),
            ("a>0", true),
            ("a<1", false),
            ("c", false),
            ("b=", false),
        ] {
            let parsed = LabelSelector::parse(selector).expect(selector);
            assert_eq!(parsed.matches(labels), expected, "{selector}");
        }
        for selector in ["a,", "a=b=c", "=a", "a in x", "a b", "a>x", "_a=b"] {
            assert!(LabelSelector::parse(selector).is_err(), "{selector}");
        }
    }
}
