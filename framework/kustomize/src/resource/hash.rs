//! Hashes of generated resources (`api/hasher/hasher.go`).

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use terrace_yaml::{Content, Node, json};

use crate::{Result, tree};

/// The suffix for the name: ten characters of the hash of the content, in an
/// alphabet without vowels. The name is not hashed: upstream looks it up under
/// a key that never exists.
pub(crate) fn suffix(node: &Node) -> Result<String> {
    let kind = node.get("kind").map_or("", tree::raw_value);
    let mut text = String::from("{");
    if kind == "ConfigMap" {
        if node.get("binaryData").is_some_and(Node::is_mapping) {
            write_field(&mut text, node, "binaryData")?;
            text.push(',');
        }
        write_field(&mut text, node, "data")?;
        text.push_str(r#","kind":"ConfigMap","name":"""#);
    } else {
        write_field(&mut text, node, "data")?;
        text.push_str(r#","kind":"Secret","name":"""#);
        if node.get("stringData").is_some_and(Node::is_mapping) {
            text.push(',');
            write_field(&mut text, node, "stringData")?;
        }
        text.push(',');
        write_field(&mut text, node, "type")?;
    }
    text.push('}');
    let mut hex = String::with_capacity(10);
    for byte in Sha256::digest(text.as_bytes()).iter().take(5) {
        let _ = write!(hex, "{byte:02x}");
    }
    Ok(hex
        .chars()
        .map(|digit| match digit {
            '0' => 'g',
            '1' => 'h',
            '3' => 'k',
            'a' => 'm',
            'e' => 't',
            other => other,
        })
        .collect())
}

fn write_field(text: &mut String, node: &Node, field: &str) -> Result<()> {
    json::write_string(field, text);
    text.push(':');
    match node.get(field) {
        None => text.push_str(r#""""#),
        Some(value) => match value.content() {
            Content::Scalar(scalar) => json::write_string(scalar, text),
            // Numbers go through floats there.
            Content::Mapping(_) => json::write(&crate::json::floats(value)?, text)?,
            // Upstream decodes into a map, which fails silently.
            Content::Sequence(_) => text.push_str("null"),
        },
    }
    Ok(())
}
