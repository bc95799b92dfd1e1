//! Printing values (`internal/repl/format.go` of Terraform).

use crate::functions::quote;
use crate::types::Type;
use crate::value::{Data, Value};

/// A value exactly as `terraform console` prints it, without a final newline.
pub fn console_format(value: &Value) -> String {
    let mut out = String::new();
    format(value, 0, &mut out);
    out
}

fn format(value: &Value, indent: usize, out: &mut String) {
    if !value.is_known() {
        out.push_str("(known after apply)");
        return;
    }
    if value.is_sensitive() {
        out.push_str("(sensitive value)");
        return;
    }
    match value.data() {
        Data::Unknown(_) => {}
        Data::Null(ty) => out.push_str(&null(ty)),
        Data::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Data::Number(number) => out.push_str(&number.to_string()),
        Data::String(text) if text.contains('\n') => heredoc(text, indent, out),
        Data::String(text) => out.push_str(&quote(text)),
        Data::Object(_) => mapping(value, indent, out),
        Data::Map(_) => {
            out.push_str("tomap(");
            mapping(value, indent, out);
            out.push(')');
        }
        Data::Tuple(_) => sequence(value, indent, out),
        Data::List(_) => {
            out.push_str("tolist(");
            sequence(value, indent, out);
            out.push(')');
        }
        Data::Set(_) => {
            out.push_str("toset(");
            sequence(value, indent, out);
            out.push(')');
        }
    }
}

fn null(ty: &Type) -> String {
    match ty {
        Type::Dynamic => "null".into(),
        Type::String => "tostring(null)".into(),
        Type::Number => "tonumber(null)".into(),
        Type::Bool => "tobool(null)".into(),
        Type::List(t) => format!("tolist(null) /* of {} */", t.friendly_name()),
        Type::Set(t) => format!("toset(null) /* of {} */", t.friendly_name()),
        Type::Map(t) => format!("tomap(null) /* of {} */", t.friendly_name()),
        other => format!("null /* {} */", other.friendly_name()),
    }
}

fn pad(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}

fn sequence(value: &Value, indent: usize, out: &mut String) {
    out.push('[');
    let items = value.items().unwrap_or_default();
    for item in items {
        out.push('\n');
        pad(indent + 2, out);
        format(item, indent + 2, out);
        out.push(',');
    }
    if !items.is_empty() {
        out.push('\n');
        pad(indent, out);
    }
    out.push(']');
}

fn mapping(value: &Value, indent: usize, out: &mut String) {
    out.push('{');
    let mut empty = true;
    for (key, item) in value.entries().into_iter().flatten() {
        empty = false;
        out.push('\n');
        pad(indent + 2, out);
        format(&Value::string(key.clone()), indent + 2, out);
        out.push_str(" = ");
        format(item, indent + 2, out);
    }
    if !empty {
        out.push('\n');
        pad(indent, out);
    }
    out.push('}');
}

/// A string of several lines, with a delimiter that none of them is.
fn heredoc(text: &str, indent: usize, out: &mut String) {
    let mut delimiter = String::from("EOT");
    while text.split('\n').any(|line| line.trim() == delimiter) {
        delimiter.push('_');
    }
    out.push_str(if indent > 0 { "<<-" } else { "<<" });
    out.push_str(&delimiter);
    for line in text.split('\n').chain([delimiter.as_str()]) {
        out.push('\n');
        pad(indent, out);
        out.push_str(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_terraform() {
        let value = Value::object([
            ("a".into(), Value::string("x\ny")),
            (
                "b".into(),
                Value::set(Type::String, vec![Value::string("\"")]),
            ),
            ("c".into(), Value::TRUE.or_sensitive(true)),
            ("d".into(), Value::tuple(Vec::new())),
            ("e".into(), Value::null(Type::list(Type::Number))),
        ]);
        assert_eq!(
            console_format(&value),
            "{
  \"a\" = <<-EOT
  x
  y
  EOT
  \"b\" = toset([
    \"\\\"\",
  ])
  \"c\" = (sensitive value)
  \"d\" = []
  \"e\" = tolist(null) /* of number */
}"
        );
    }
}
