//! Comma separated values as Go's `encoding/csv` reads them.

/// Reads records one by one.
pub(in crate::functions) struct Reader<'a> {
    rest: &'a str,
    /// The number of the line read last.
    line: usize,
}

/// `csv.ParseError`
#[derive(Debug, PartialEq, Eq)]
pub(in crate::functions) struct CsvError {
    pub line: usize,
    pub message: &'static str,
}

const BARE_QUOTE: &str = "bare \" in non-quoted-field";
const QUOTE: &str = "extraneous or missing \" in quoted-field";
/// A record with more or fewer fields than the first.
pub(in crate::functions) const FIELD_COUNT: &str = "wrong number of fields";

impl<'a> Reader<'a> {
    pub(in crate::functions) fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            line: 0,
        }
    }

    /// The next line with its line feed, a carriage return before it dropped.
    fn read_line(&mut self) -> Option<String> {
        if self.rest.is_empty() {
            self.line += 1;
            return None;
        }
        let end = self.rest.find('\n').map_or(self.rest.len(), |at| at + 1);
        let (line, rest) = self.rest.split_at(end);
        self.rest = rest;
        self.line += 1;
        Some(match line.strip_suffix("\r\n") {
            Some(content) => format!("{content}\n"),
            // A carriage return at the very end counts as a line end.
            None => line.strip_suffix('\r').unwrap_or(line).to_owned(),
        })
    }

    /// The next record and the number of its first line; none at the end.
    pub(in crate::functions) fn record(
        &mut self,
    ) -> Option<Result<(usize, Vec<String>), CsvError>> {
        let line = loop {
            let line = self.read_line()?;
            if !line.is_empty() && line != "\n" {
                break line;
            }
            if line.is_empty() && self.rest.is_empty() {
                return None;
            }
        };
        let start = self.line;
        Some(self.fields(line).map(|fields| (start, fields)))
    }

    fn fields(&mut self, first: String) -> Result<Vec<String>, CsvError> {
        let mut fields = Vec::new();
        let mut line = first;
        let mut at = 0;
        let mut last_line = self.line;
        loop {
            if !line[at..].starts_with('"') {
                let rest = &line[at..];
                let comma = rest.find(',');
                let field = match comma {
                    Some(comma) => &rest[..comma],
                    None => rest.strip_suffix('\n').unwrap_or(rest),
                };
                if field.contains('"') {
                    return Err(self.error(BARE_QUOTE));
                }
                fields.push(field.to_owned());
                match comma {
                    Some(comma) => at += comma + 1,
                    None => return Ok(fields),
                }
                continue;
            }
            at += 1;
            let mut field = String::new();
            loop {
                let rest = &line[at..];
                if let Some(quote) = rest.find('"') {
                    field.push_str(&rest[..quote]);
                    at += quote + 1;
                    let rest = &line[at..];
                    if rest.starts_with('"') {
                        field.push('"');
                        at += 1;
                    } else if rest.starts_with(',') {
                        at += 1;
                        fields.push(field);
                        break;
                    } else if rest.is_empty() || rest == "\n" {
                        fields.push(field);
                        return Ok(fields);
                    } else {
                        return Err(self.error(QUOTE));
                    }
                } else if rest.is_empty() {
                    // The text ends within quotes.
                    return Err(CsvError {
                        line: last_line,
                        message: QUOTE,
                    });
                } else {
                    field.push_str(rest);
                    line = self.read_line().unwrap_or_default();
                    at = 0;
                    if !line.is_empty() {
                        last_line = self.line;
                    }
                }
            }
        }
    }

    fn error(&self, message: &'static str) -> CsvError {
        CsvError {
            line: self.line,
            message,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_quotes_and_line_ends() {
        let mut reader = Reader::new("a,\"b\"\"\n,c\",\r\n\n\"\",x\r");
        let mut records = Vec::new();
        while let Some(record) = reader.record() {
            records.push(record);
        }
        let record = |line, fields: &[&str]| {
            Ok((
                line,
                fields.iter().map(|f| (*f).to_owned()).collect::<Vec<_>>(),
            ))
        };
        assert_eq!(
            records,
            [record(1, &["a", "b\"\n,c", ""]), record(4, &["", "x"])]
        );
    }
}
