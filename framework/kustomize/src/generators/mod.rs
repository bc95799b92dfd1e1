//! `configMapGenerator` and `secretGenerator` (`api/internal/generators`).

mod base64;
mod sources;

use terrace_diag::Span;
use terrace_yaml::{Mapping, Node, Style, Tag};

use crate::codes::INVALID_GENERATOR;
use crate::kustomization::{GeneratorArgs, GeneratorOptions};
use crate::resource::{Behavior, Resource};
use crate::tree;
use crate::{Failure, Result};

pub(crate) use sources::Loader;

/// Makes a ConfigMap.
pub(crate) fn config_map(
    loader: &mut dyn Loader,
    args: &GeneratorArgs,
    options: Option<&GeneratorOptions>,
) -> Result<Resource> {
    let mut root = base("ConfigMap", args)?;
    let pairs = sources::load(loader, args)?;
    for pair in pairs {
        let (field, text) = match String::from_utf8(pair.value) {
            Ok(text) => ("data", text),
            Err(error) => ("binaryData", base64::encode(error.as_bytes())),
        };
        add_data(&mut root, field, &pair.key, text, pair.span);
    }
    Ok(finish(root, args, options))
}

/// Makes a Secret.
pub(crate) fn secret(
    loader: &mut dyn Loader,
    args: &GeneratorArgs,
    options: Option<&GeneratorOptions>,
) -> Result<Resource> {
    let mut root = base("Secret", args)?;
    let secret_type = if args.secret_type.is_empty() {
        "Opaque"
    } else {
        &args.secret_type
    };
    let mut value = Node::string(secret_type, args.span);
    tree::quote_if_ambiguous(&mut value);
    tree::push(&mut root, "type", value);
    let empty = Node::mapping(Mapping::new(), args.span);
    tree::push(&mut root, "data", empty);
    for pair in sources::load(loader, args)? {
        let text = base64::encode(&pair.value);
        add_data(&mut root, "data", &pair.key, text, pair.span);
    }
    Ok(finish(root, args, options))
}

fn base(kind: &str, args: &GeneratorArgs) -> Result<Mapping> {
    if args.name.value.is_empty() {
        return Err(Failure::new(&INVALID_GENERATOR, "a configmap must have a name").at(args.span));
    }
    let span = args.span;
    let mut metadata = Mapping::new();
    let mut set = |name: &str, text: &str, span: Span| {
        let mut value = Node::string(text, span);
        tree::quote_if_ambiguous(&mut value);
        tree::push(&mut metadata, name, value);
    };
    set("name", &args.name.value, args.name.span);
    if !args.namespace.is_empty() {
        set("namespace", &args.namespace, span);
    }
    let mut root = Mapping::new();
    tree::push(&mut root, "apiVersion", Node::string("v1", span));
    tree::push(&mut root, "kind", Node::string(kind, span));
    tree::push(&mut root, "metadata", Node::mapping(metadata, span));
    Ok(root)
}

fn add_data(root: &mut Mapping, field: &str, key: &str, text: String, span: Span) {
    if !root.contains(field) {
        tree::push(root, field, Node::mapping(Mapping::new(), span));
    }
    if let Some(data) = root.get_mut(field).and_then(Node::as_mapping_mut) {
        tree::push(data, key, data_value(text, span));
    }
}

/// A value of a data map.
pub(crate) fn data_value(text: String, span: Span) -> Node {
    let style = if text.contains('\n') {
        Style::Literal
    } else {
        Style::Plain
    };
    let mut node = Node::string(text, span).with_style(style);
    tree::quote_if_ambiguous(&mut node);
    node
}

fn finish(root: Mapping, args: &GeneratorArgs, options: Option<&GeneratorOptions>) -> Resource {
    let mut resource = Resource::new(Node::mapping(root, args.span));
    if let Some(options) = options {
        resource.set_meta_map("labels", options.labels.clone());
        resource.set_meta_map("annotations", options.annotations.clone());
        if options.immutable
            && let Some(root) = resource.node.as_mapping_mut()
        {
            let value = Node::plain("true", args.span).with_tag(Tag::Bool);
            tree::push(root, "immutable", value);
        }
    }
    resource.state.needs_hash = !options.is_some_and(|options| options.disable_name_suffix_hash);
    resource.state.behavior = Behavior::from_text(&args.behavior);
    resource.state.has_annotations = true;
    resource
}
