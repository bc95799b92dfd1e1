//! Messages for programs: one JSON object each.

use serde_json::{Value, json};

use crate::{Diagnostic, Severity, SourceMap, Span, redact};

/// `{file, line, column, end_line, end_column}` of a span.
pub fn place_json(span: Span, sources: &SourceMap) -> Value {
    match sources.get(span.file) {
        Some(file) => {
            let start = file.line_column(span.start);
            let end = file.line_column(span.end);
            json!({
                "file": file.path(),
                "line": start.line,
                "column": start.column,
                "end_line": end.line,
                "end_column": end.column,
            })
        }
        None => Value::Null,
    }
}

/// One message as an object; fields are only ever added.
pub fn to_json(diagnostic: &Diagnostic, sources: &SourceMap) -> Value {
    json!({
        "code": diagnostic.code.id,
        "name": diagnostic.code.slug,
        "severity": match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        "message": redact(&diagnostic.message),
        "places": diagnostic.labels.iter().map(|label| {
            let mut place = place_json(label.span, sources);
            if let (Value::Object(place), false) = (&mut place, label.text.is_empty()) {
                place.insert("text".into(), Value::String(redact(&label.text).into_owned()));
            }
            place
        }).collect::<Vec<_>>(),
        "help": diagnostic.help.iter().map(|help| redact(help)).collect::<Vec<_>>(),
    })
}
