//! `vars` (`refvartransformer.go`, `api/filters/refvar`).

use std::collections::BTreeMap;

use terrace_diag::Span;
use terrace_yaml::{Content, Node, Tag};

use crate::codes::VARIABLE;
use crate::config::FieldSpec;
use crate::field_path;
use crate::field_spec::{self, Action, Target};
use crate::kustomization::VarEntry;
use crate::resource::Resource;
use crate::resource::id::{Gvk, ResId};
use crate::resource::map::ResMap;
use crate::scalar;
use crate::tree::{self, Writes};
use crate::{Failure, Result};

/// The vars of an accumulation, by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Variables {
    by_name: BTreeMap<String, VarEntry>,
}

impl Variables {
    /// Adds the vars of a kustomization; each finds the resource it is about
    /// among those that are there.
    pub(crate) fn add(&mut self, vars: &[VarEntry], map: &mut ResMap) -> Result<()> {
        for var in vars {
            let id = object_id(var);
            let matches = |resource: &Resource| {
                resource.previous_ids().chain([resource.id()]).any(|own| {
                    own.gvk == id.gvk
                        && own.name == id.name
                        && (id.namespace.is_empty()
                            || own.effective_namespace() == id.effective_namespace())
                })
            };
            let found: Vec<usize> = (0..map.resources().len())
                .filter(|at| matches(&map.resources()[*at]))
                .collect();
            match found.as_slice() {
                [] => {}
                [at] => map.contents_mut()[*at].var_names.push(var.name.clone()),
                _ => {
                    return Err(Failure::new(
                        &VARIABLE,
                        format!(
                            "found {} resId matches for var {} (unable to disambiguate)",
                            found.len(),
                            var.name
                        ),
                    )
                    .at(var.span)
                    .help("say the namespace in objref"));
                }
            }
        }
        vars.iter().try_for_each(|var| self.insert(var.clone()))
    }

    fn insert(&mut self, var: VarEntry) -> Result<()> {
        if let Some(known) = self.by_name.get(&var.name) {
            return Err(
                Failure::new(&VARIABLE, format!("var '{}' already encountered", var.name))
                    .at(var.span)
                    .label(known.span, "the first one"),
            );
        }
        self.by_name.insert(var.name.clone(), var);
        Ok(())
    }

    /// Takes over the vars of another accumulation.
    pub(crate) fn merge(&mut self, other: Self) -> Result<()> {
        other
            .by_name
            .into_values()
            .try_for_each(|var| self.insert(var))
    }
}

fn object_id(var: &VarEntry) -> ResId<'_> {
    ResId {
        gvk: Gvk {
            group: &var.group,
            version: &var.version,
            kind: &var.kind,
        },
        name: &var.object_name,
        namespace: &var.namespace,
        cluster_scoped: false,
    }
}

/// What a var stands for.
#[derive(Debug, Clone)]
enum Value {
    Text(String),
    Int(i64),
    Bool(bool),
    Float(f64),
    /// Not a scalar: references stay as they are.
    Other,
}

impl Value {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Int(value) => value.to_string(),
            Self::Bool(value) => value.to_string(),
            Self::Float(value) => scalar::go_general(*value),
            Self::Other => String::new(),
        }
    }
}

/// Replaces all references; returns the names of vars that nothing refers to.
pub(crate) fn resolve_variables(
    map: &mut ResMap,
    variables: &Variables,
    specs: &[FieldSpec],
) -> Result<Vec<(String, Span)>> {
    let mut values = BTreeMap::new();
    for (name, var) in &variables.by_name {
        values.insert(name.clone(), (value_of(map.resources(), var)?, var.span));
    }
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let mut unused: BTreeMap<&str, Span> = values
        .iter()
        .map(|(name, (_, span))| (name.as_str(), *span))
        .collect();
    let targets = Target::all(specs);
    for resource in map.resources_mut() {
        for target in &targets {
            let mut set = |node: &mut Node, writes: &mut Writes| {
                set(node, writes, &mut |name| {
                    let (value, span) = values.get(name)?;
                    if matches!(value, Value::Other) {
                        return None;
                    }
                    unused.remove(name);
                    Some((value, *span))
                })
            };
            let mut action = Action {
                create: None,
                span: terrace_yaml::NO_SPAN,
                set: &mut set,
            };
            field_spec::apply(resource, target, &mut action)?;
        }
    }
    Ok(unused
        .into_iter()
        .map(|(name, span)| (name.to_owned(), span))
        .collect())
}

fn value_of(resources: &[Resource], var: &VarEntry) -> Result<Value> {
    let owner = resources
        .iter()
        .find(|resource| resource.var_names.contains(&var.name));
    let Some(owner) = owner else {
        return Err(Failure::new(
            &VARIABLE,
            format!(
                "var '{}' cannot be mapped to a field in the set of known resources",
                var.name
            ),
        )
        .at(var.span));
    };
    let missing = || {
        Failure::new(
            &VARIABLE,
            format!(
                "field specified in var '{}' not found in corresponding resource",
                var.name
            ),
        )
        .at(var.span)
        .label(owner.node.span(), "the resource")
    };
    let path: Vec<String> = field_path::split_with_brackets(&var.field_path)
        .into_iter()
        .flat_map(|part| with_index(&part))
        .collect();
    let node = field_path::get(&owner.node, &path)
        .map_err(|_| missing())?
        .ok_or_else(missing)?;
    if !node.is_scalar() {
        return Ok(Value::Other);
    }
    let text = tree::raw_value(node);
    Ok(match tree::tag(node) {
        Tag::Int => Value::Int(text.parse().map_err(|_| missing())?),
        Tag::Float => Value::Float(text.parse().map_err(|_| missing())?),
        Tag::Bool => match text {
            "true" | "True" | "TRUE" => Value::Bool(true),
            "false" | "False" | "FALSE" => Value::Bool(false),
            _ => return Err(missing()),
        },
        _ => Value::Text(text.to_owned()),
    })
}

/// `name[3]` as two parts.
fn with_index(part: &str) -> Vec<String> {
    let split = part
        .strip_suffix(']')
        .and_then(|rest| rest.rsplit_once('['))
        .filter(|(_, index)| !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit()));
    match split {
        Some(("", index)) => vec![index.to_owned()],
        Some((name, index)) => vec![name.to_owned(), index.to_owned()],
        None => vec![part.to_owned()],
    }
}

/// Finds the value of a var by its name.
type Lookup<'a, 'v> = &'a mut dyn FnMut(&str) -> Option<(&'v Value, Span)>;

fn set(node: &mut Node, writes: &mut Writes, lookup: Lookup<'_, '_>) -> Result<(), String> {
    if tree::is_null(node) {
        return Ok(());
    }
    match node.content_mut() {
        Content::Scalar(_) => {
            if tree::is_string(node) {
                expand(node, writes, lookup);
            }
        }
        Content::Mapping(mapping) => {
            for (key, value) in mapping.iter_mut() {
                if !tree::is_string(key) {
                    return Err(format!(
                        "invalid map key: value='{}', tag='{}'",
                        tree::raw_value(key),
                        tree::tag(key).short()
                    ));
                }
                if tree::is_string(value) {
                    expand(value, writes, lookup);
                }
            }
        }
        Content::Sequence(items) => {
            for item in items {
                if !tree::is_string(item) {
                    return Err("invalid value type expect a string".into());
                }
                expand(item, writes, lookup);
            }
        }
    }
    Ok(())
}

/// Replaces the references in a text. One that is the whole text keeps the type
/// of its value.
fn expand(node: &mut Node, writes: &mut Writes, lookup: Lookup<'_, '_>) {
    let text = tree::raw_value(node);
    let mut span = node.span();
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        result.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        rest = match after.chars().next() {
            None => {
                result.push('$');
                ""
            }
            Some('$') => {
                result.push('$');
                &after[1..]
            }
            Some('(') => match after.find(')') {
                None => {
                    result.push_str("$(");
                    &after[1..]
                }
                Some(end) => {
                    let name = &after[1..end];
                    match lookup(name) {
                        Some((value, place)) => {
                            span = place;
                            if at == 0
                                && result.is_empty()
                                && rest.len() == text.len()
                                && end + 2 == text.len()
                            {
                                let new = typed(value, span);
                                tree::replace(node, new, writes);
                                return;
                            }
                            result.push_str(&value.text());
                        }
                        None => {
                            result.push_str("$(");
                            result.push_str(name);
                            result.push(')');
                        }
                    }
                    &after[end + 1..]
                }
            },
            Some(other) => {
                result.push('$');
                result.push(other);
                &after[other.len_utf8()..]
            }
        };
    }
    result.push_str(rest);
    tree::replace(node, Node::string(result, span), writes);
}

fn typed(value: &Value, span: Span) -> Node {
    match value {
        Value::Text(text) => Node::string(text.as_str(), span),
        Value::Int(number) => Node::plain(number.to_string(), span).with_tag(Tag::Int),
        Value::Bool(value) => Node::plain(value.to_string(), span).with_tag(Tag::Bool),
        Value::Float(number) => Node::plain(number.to_string(), span).with_tag(Tag::Float),
        Value::Other => Node::string("", span),
    }
}
