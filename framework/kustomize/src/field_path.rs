//! Paths into documents: `a.b.[name=c].0` (`kyaml/utils/pathsplitter.go`,
//! `kyaml/yaml/match.go` and the path getters of `kyaml/yaml/fns.go`).

use terrace_diag::Span;
use terrace_yaml::{Mapping, Node};

use crate::selector;
use crate::tree::{self, Kind};

/// Splits at a delimiter that no backslash stands before; a leading delimiter
/// does not count.
pub(crate) fn split(path: &str, delimiter: char) -> Vec<String> {
    let mut parts = path.split(delimiter).peekable();
    if path.contains(delimiter) && path.starts_with(delimiter) {
        parts.next();
    }
    let mut result: Vec<String> = Vec::new();
    for part in parts {
        match result.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push(delimiter);
                last.push_str(part);
            }
            _ => result.push(part.to_owned()),
        }
    }
    result
}

/// As [`split`]; what stands in brackets stays together, and loses the brackets
/// if it has no `=`.
pub(crate) fn split_with_brackets(path: &str) -> Vec<String> {
    let mut result = Vec::new();
    let mut parts = split(path, '.').into_iter();
    while let Some(part) = parts.next() {
        if !part.starts_with('[') || part.ends_with(']') {
            result.push(part);
            continue;
        }
        let mut joined = part;
        for next in parts.by_ref() {
            let ends = next.ends_with(']');
            joined.push('.');
            joined.push_str(&next);
            if ends {
                break;
            }
        }
        if joined.contains('=') {
            result.push(joined);
        } else {
            result.push(joined.trim_matches(['[', ']']).to_owned());
        }
    }
    result
}

fn is_bracketed(part: &str) -> bool {
    part.starts_with('[') && part.ends_with(']')
}

fn index(part: &str) -> Option<usize> {
    part.parse::<i64>()
        .ok()
        .and_then(|index| usize::try_from(index).ok())
}

/// `[name=value]` as name and value.
fn name_and_value(part: &str) -> Result<(&str, &str), String> {
    let inner = part.strip_suffix(']').unwrap_or(part);
    let inner = inner.strip_prefix('[').unwrap_or(inner);
    inner.split_once('=').ok_or_else(|| {
        String::from("list path element must contain fieldName=fieldValue for element to match")
    })
}

/// Which kind a missing node gets so that the next part can go on.
fn kind_for(next: Option<&str>, last: Kind) -> Kind {
    match next {
        None | Some("") => last,
        Some(part) if is_bracketed(part) || index(part).is_some() => Kind::Sequence,
        Some(_) => Kind::Mapping,
    }
}

/// Finds one node (`PathGetter` without creation). `None` if a part is missing.
///
/// # Errors
/// A part that does not fit the node it meets.
pub(crate) fn get<'n>(root: &'n Node, path: &[String]) -> Result<Option<&'n Node>, String> {
    let mut node = root;
    for part in path.iter().map(|part| part.trim()) {
        if part.is_empty() {
            continue;
        }
        let next = match part.parse::<i64>() {
            Ok(index) if index < 0 => {
                return Err(format!("array index {index} cannot be negative"));
            }
            Ok(index) => items(node)?.get(index as usize),
            Err(_) if part == "-" => items(node)?.last(),
            Err(_) if part == "*" => {
                return Err("wildcard is not supported in PathGetter".into());
            }
            Err(_) if is_bracketed(part) => {
                let (name, value) = name_and_value(part)?;
                items(node)?.iter().find(|item| {
                    if name.is_empty() {
                        return tree::raw_value(item) == value;
                    }
                    item.get(name)
                        .is_some_and(|field| tree::raw_value(field) == value)
                })
            }
            Err(_) => field(node, part)?,
        };
        match next {
            Some(next) => node = next,
            None => return Ok(None),
        }
    }
    Ok(Some(node))
}

/// Whether a part of a path names a field of an object, as upstream's getter
/// takes it.
///
/// # Errors
/// What the getter says of a mapping where the part is about a list.
pub(crate) fn expect_field(part: &str) -> Result<(), String> {
    let is_index = match part.parse::<i64>() {
        Ok(index) if index < 0 => {
            return Err(format!(
                "fieldName: {part}: array index {index} cannot be negative"
            ));
        }
        Ok(_) => true,
        Err(_) => part == "-",
    };
    if part == "*" {
        return Err(format!(
            "fieldName: {part}: wildcard is not supported in PathGetter"
        ));
    }
    let is_pattern = is_bracketed(part);
    if is_pattern {
        name_and_value(part).map_err(|message| format!("fieldName: {part}: {message}"))?;
    }
    if is_index || is_pattern {
        return Err(format!(
            "fieldName: {part}: wrong node kind: expected {} but got {}",
            Kind::Sequence.name(),
            Kind::Mapping.name()
        ));
    }
    Ok(())
}

fn items(node: &Node) -> Result<&[Node], String> {
    if tree::is_null(node) {
        return Ok(&[]);
    }
    node.items()
        .ok_or_else(|| tree::wrong_kind(Kind::Sequence, node))
}

fn field<'n>(node: &'n Node, name: &str) -> Result<Option<&'n Node>, String> {
    if tree::is_null(node) {
        return Ok(None);
    }
    let mapping = node
        .as_mapping()
        .ok_or_else(|| tree::wrong_kind(Kind::Mapping, node))?;
    Ok(mapping.get(name))
}

/// Calls `visit` for each node that a path with wildcards and patterns matches
/// (`PathMatcher`), making missing ones of kind `create`. Returns how many
/// matched.
///
/// # Errors
/// A part that does not fit the node it meets, and whatever `visit` returns.
pub(crate) fn visit_matches(
    node: &mut Node,
    path: &[String],
    create: Option<Kind>,
    span: Span,
    visit: &mut dyn FnMut(&mut Node) -> Result<(), String>,
) -> Result<usize, String> {
    let Some((part, rest)) = path.split_first() else {
        visit(node)?;
        return Ok(1);
    };
    if let Some(index) = index(part) {
        return visit_index(node, index, rest, create, span, visit);
    }
    if is_bracketed(part) {
        return visit_matching(node, part, rest, create, span, visit);
    }
    if part == "*" {
        if tree::is_null(node) {
            return Ok(0);
        }
        let wrong = tree::wrong_kind(Kind::Sequence, node);
        let items = node.items_mut().ok_or(wrong)?;
        let mut found = 0;
        for item in items {
            found += visit_matches(item, rest, create, span, visit)?;
        }
        return Ok(found);
    }
    if tree::is_null(node) {
        return Ok(0);
    }
    let wrong = tree::wrong_kind(Kind::Mapping, node);
    let mapping = node.as_mapping_mut().ok_or(wrong)?;
    if !mapping.contains(part) {
        let Some(last) = create else {
            return Ok(0);
        };
        let kind = kind_for(rest.first().map(String::as_str), last);
        tree::push(mapping, part, kind.empty(span));
    }
    match mapping.get_mut(part) {
        Some(field) => visit_matches(field, rest, create, span, visit),
        None => Ok(0),
    }
}

fn visit_index(
    node: &mut Node,
    index: usize,
    rest: &[String],
    create: Option<Kind>,
    span: Span,
    visit: &mut dyn FnMut(&mut Node) -> Result<(), String>,
) -> Result<usize, String> {
    let out_of_range =
        |found: usize| format!("index {index} specified but only {found} elements found");
    if tree::is_null(node) {
        return Err(out_of_range(0));
    }
    let wrong = tree::wrong_kind(Kind::Sequence, node);
    let items = node.items_mut().ok_or(wrong)?;
    if items.len() == index
        && let Some(last) = create
    {
        let kind = kind_for(rest.first().map(String::as_str), last);
        items.push(kind.empty(span));
    }
    let found = items.len();
    let item = items.get_mut(index).ok_or_else(|| out_of_range(found))?;
    visit_matches(item, rest, create, span, visit)
}

fn visit_matching(
    node: &mut Node,
    part: &str,
    rest: &[String],
    create: Option<Kind>,
    span: Span,
    visit: &mut dyn FnMut(&mut Node) -> Result<(), String>,
) -> Result<usize, String> {
    let (name, pattern) = name_and_value(part)?;
    if tree::is_null(node) {
        return Ok(0);
    }
    let wrong = tree::wrong_kind(Kind::Sequence, node);
    let items = node.items_mut().ok_or(wrong)?;
    let mut found = 0;
    if !items.is_empty() {
        let matches: Box<dyn Fn(&str) -> bool> = if selector::is_literal(pattern) {
            Box::new(|text| text.contains(pattern))
        } else {
            let regex = selector::compile(pattern)?;
            Box::new(move |text| regex.is_match(text))
        };
        for item in items.iter_mut() {
            if name.is_empty() {
                if matches(printed(item).trim()) {
                    visit(item)?;
                    found += 1;
                }
                continue;
            }
            if item
                .get(name)
                .is_some_and(|field| matches(printed(field).trim()))
            {
                found += visit_matches(item, rest, create, span, visit)?;
            }
        }
    }
    let Some(_) = create.filter(|_| found == 0) else {
        return Ok(found);
    };
    let value = tree::untagged(pattern, span);
    if name.is_empty() {
        items.push(value);
    } else {
        let mut mapping = Mapping::new();
        tree::push(&mut mapping, name, value);
        items.push(Node::mapping(mapping, span));
    }
    // The new item matches now, unless the pattern does not match itself.
    match items.last_mut() {
        Some(item) if name.is_empty() => visit(item).map(|()| 1),
        Some(item) => visit_matches(item, rest, create, span, visit),
        None => Ok(0),
    }
}

/// The text of a node as YAML source, for scalars: patterns match that.
fn printed(node: &Node) -> std::borrow::Cow<'_, str> {
    let Some(text) = node.as_str() else {
        return "".into();
    };
    match node.style() {
        terrace_yaml::Style::DoubleQuoted => format!("\"{text}\"").into(),
        terrace_yaml::Style::SingleQuoted => format!("'{text}'").into(),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_paths() {
        assert_eq!(split("/a/b\\/c/d", '/'), ["a", "b/c", "d"]);
        assert_eq!(
            split_with_brackets("a.[x=b.c].d\\.e.[f.g].h[0]"),
            ["a", "[x=b.c]", "d.e", "f.g", "h[0]"]
        );
    }
}
