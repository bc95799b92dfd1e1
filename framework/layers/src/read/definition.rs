//! What a layer defines: blocks of its files, checked for shape.

use std::collections::BTreeMap;

use terrace_diag::{Diagnostic, Diagnostics, Span, closest};
use terrace_hcl::ast::{Attribute, Block, Body, Expr, Ident, Item};

use crate::codes;

/// The two kinds of component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ComponentKind {
    /// A Terraform module call.
    Terraform,
    /// A Kustomize overlay.
    Kustomize,
}

impl ComponentKind {
    /// The block type, as it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Terraform => "terraform",
            Self::Kustomize => "kustomize",
        }
    }
}

/// Attributes of a `terraform` block.
const TERRAFORM: &[&str] = &[
    "source",
    "version",
    "ref",
    "state",
    "inputs",
    "providers",
    "secrets",
    "enabled",
    "renamed_from",
    "after",
    "patch",
];

/// One layer's definition of a component.
#[derive(Debug, Clone)]
pub struct Component<'p> {
    /// Its kind.
    pub kind: ComponentKind,
    /// Its name, where it is written.
    pub name: &'p Ident,
    /// From the block type to the brace.
    pub header: Span,
    /// Its attributes by name.
    pub attributes: BTreeMap<&'p str, &'p Attribute>,
    /// The whole body, for Kustomize fields in the order written.
    pub body: &'p Body,
}

impl<'p> Component<'p> {
    /// The value of an attribute.
    pub fn expr(&self, name: &str) -> Option<&'p Expr> {
        self.attributes.get(name).map(|attribute| &attribute.expr)
    }
}

/// One layer's definition of a provider configuration.
#[derive(Debug, Clone)]
pub struct Provider<'p> {
    /// The provider's local name.
    pub name: &'p Ident,
    /// Its alias, if any.
    pub alias: Option<&'p str>,
    /// The whole block.
    pub block: &'p Block,
}

/// All definitions of one layer.
#[derive(Debug, Clone, Default)]
pub struct Definitions<'p> {
    /// Components by kind and name.
    pub components: BTreeMap<(ComponentKind, &'p str), Component<'p>>,
    /// Providers by name and alias.
    pub providers: BTreeMap<(&'p str, Option<&'p str>), Provider<'p>>,
    /// Locals by name.
    pub locals: BTreeMap<&'p str, &'p Attribute>,
    /// Version constraints by provider name, and of `terraform` itself.
    pub versions: BTreeMap<&'p str, &'p Attribute>,
    /// The backend.
    pub backend: Option<&'p Block>,
}

impl<'p> Definitions<'p> {
    /// Collects the definitions of a layer's files. The order of `bodies` does
    /// not matter: what is defined twice is an error.
    pub fn collect(
        bodies: impl IntoIterator<Item = &'p Body>,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut out = Self::default();
        for body in bodies {
            for item in &body.items {
                match item {
                    Item::Block(block) => out.block(block, diagnostics),
                    Item::Attribute(attribute) => {
                        diagnostics.push(stray_attribute(attribute));
                    }
                }
            }
        }
        out
    }

    fn block(&mut self, block: &'p Block, diagnostics: &mut Diagnostics) {
        match block.kind.name.as_str() {
            "terraform" => self.component(ComponentKind::Terraform, block, diagnostics),
            "kustomize" => self.component(ComponentKind::Kustomize, block, diagnostics),
            "provider" => self.provider(block, diagnostics),
            "locals" => {
                if no_labels(block, diagnostics) {
                    collect_attributes(&block.body, "local", &mut self.locals, diagnostics);
                }
            }
            "versions" => {
                if no_labels(block, diagnostics) {
                    collect_attributes(&block.body, "version", &mut self.versions, diagnostics);
                }
            }
            "backend" => {
                if one_label(block, diagnostics).is_none() {
                    return;
                }
                if let Some(first) = self.backend.replace(block) {
                    diagnostics.push(duplicate("the backend", block.header, first.header));
                }
            }
            other => diagnostics.push(unknown_block(other, block.kind.span)),
        }
    }

    fn component(&mut self, kind: ComponentKind, block: &'p Block, diagnostics: &mut Diagnostics) {
        let Some(name) = one_label(block, diagnostics) else {
            return;
        };
        if !is_name(&name.name) {
            diagnostics.push(bad_name(kind.word(), name));
            return;
        }
        let mut attributes = BTreeMap::new();
        for item in &block.body.items {
            match item {
                Item::Attribute(attribute) => {
                    let known = kind == ComponentKind::Kustomize
                        || TERRAFORM.contains(&attribute.name.name.as_str());
                    if known {
                        insert_attribute(&mut attributes, attribute, diagnostics);
                    } else {
                        diagnostics.push(unknown_attribute(kind, attribute));
                    }
                }
                Item::Block(nested) => diagnostics.push(
                    Diagnostic::error(
                        &codes::NOT_A_BLOCK,
                        format!(
                            "`{}` is an attribute of a `{}` block",
                            nested.kind.name,
                            kind.word()
                        ),
                    )
                    .at(nested.header)
                    .help(format!("write `{} = {{ … }}`", nested.kind.name)),
                ),
            }
        }
        let component = Component {
            kind,
            name,
            header: block.header,
            attributes,
            body: &block.body,
        };
        let what = format!("{} \"{}\"", kind.word(), name.name);
        if let Some(first) = self
            .components
            .insert((kind, name.name.as_str()), component)
        {
            diagnostics.push(duplicate(&what, block.header, first.header));
        }
    }

    fn provider(&mut self, block: &'p Block, diagnostics: &mut Diagnostics) {
        let Some(name) = one_label(block, diagnostics) else {
            return;
        };
        let alias = match block.body.attribute("alias").map(|a| &a.expr) {
            None => None,
            Some(expr) => match &expr.kind {
                terrace_hcl::ast::ExprKind::String(alias) => Some(alias.as_str()),
                _ => {
                    diagnostics.push(
                        Diagnostic::error(
                            &codes::BAD_KEY,
                            "the alias of a provider is a plain string, as in Terraform",
                        )
                        .at(expr.span),
                    );
                    return;
                }
            },
        };
        let provider = Provider { name, alias, block };
        if let Some(first) = self.providers.insert((name.name.as_str(), alias), provider) {
            let what = match alias {
                Some(alias) => format!("provider \"{}\" with alias \"{alias}\"", name.name),
                None => format!("provider \"{}\"", name.name),
            };
            diagnostics.push(duplicate(&what, block.header, first.block.header));
        }
    }
}

/// Whether a name can be a component, environment or state.
pub fn is_name(name: &str) -> bool {
    name.len() <= 63
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

fn bad_name(what: &str, name: &Ident) -> Diagnostic {
    Diagnostic::error(
        &codes::BAD_NAME,
        format!("`{}` is not a name for a {what} component", name.name),
    )
    .at(name.span)
    .help("start with a letter; letters, digits, `_` and `-`; at most 63 characters")
}

fn collect_attributes<'p>(
    body: &'p Body,
    what: &str,
    into: &mut BTreeMap<&'p str, &'p Attribute>,
    diagnostics: &mut Diagnostics,
) {
    for item in &body.items {
        match item {
            Item::Attribute(attribute) => {
                if let Some(first) = into.insert(attribute.name.name.as_str(), attribute) {
                    let what = format!("{what} `{}`", attribute.name.name);
                    diagnostics.push(duplicate(&what, attribute.name.span, first.name.span));
                }
            }
            Item::Block(block) => diagnostics.push(
                Diagnostic::error(
                    &codes::NOT_A_BLOCK,
                    format!("`{}` must be an attribute here", block.kind.name),
                )
                .at(block.header)
                .help(format!("write `{} = {{ … }}`", block.kind.name)),
            ),
        }
    }
}

/// HCL's parser refuses repeats in one body; YAML bodies and this agree.
fn insert_attribute<'p>(
    into: &mut BTreeMap<&'p str, &'p Attribute>,
    attribute: &'p Attribute,
    diagnostics: &mut Diagnostics,
) {
    if let Some(first) = into.insert(attribute.name.name.as_str(), attribute) {
        let what = format!("`{}`", attribute.name.name);
        diagnostics.push(duplicate(&what, attribute.name.span, first.name.span));
    }
}

fn one_label<'p>(block: &'p Block, diagnostics: &mut Diagnostics) -> Option<&'p Ident> {
    if let [label] = block.labels.as_slice() {
        return Some(label);
    }
    let kind = &block.kind.name;
    diagnostics.push(
        Diagnostic::error(
            &codes::BLOCK_LABELS,
            format!(
                "a `{kind}` block has one label, this one has {}",
                block.labels.len()
            ),
        )
        .at(block.header)
        .help(format!("write `{kind} \"name\" {{ … }}`")),
    );
    None
}

fn no_labels(block: &Block, diagnostics: &mut Diagnostics) -> bool {
    if block.labels.is_empty() {
        return true;
    }
    diagnostics.push(
        Diagnostic::error(
            &codes::BLOCK_LABELS,
            format!("a `{}` block has no label", block.kind.name),
        )
        .at(block.header),
    );
    false
}

fn unknown_block(kind: &str, span: Span) -> Diagnostic {
    const LAYER: [&str; 6] = [
        "terraform",
        "kustomize",
        "provider",
        "locals",
        "versions",
        "backend",
    ];
    const ROOT: [&str; 5] = ["platform", "environment", "promotion", "gate", "trust"];
    let help = if ROOT.contains(&kind) {
        Some(format!(
            "`{kind}` blocks stand in terrace.hcl, not in a layer"
        ))
    } else {
        closest(kind, LAYER).map(|near| format!("did you mean `{near}`?"))
    };
    Diagnostic::error(
        &codes::UNKNOWN_BLOCK,
        format!("a layer has no `{kind}` blocks"),
    )
    .at(span)
    .maybe_help(help)
}

fn unknown_attribute(kind: ComponentKind, attribute: &Attribute) -> Diagnostic {
    let name = attribute.name.name.as_str();
    let help = match closest(name, TERRAFORM.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => String::from("values for the module belong into `inputs = { … }`"),
    };
    Diagnostic::error(
        &codes::UNKNOWN_ATTRIBUTE,
        format!("a `{}` block has no attribute `{name}`", kind.word()),
    )
    .at(attribute.name.span)
    .help(help)
}

fn stray_attribute(attribute: &Attribute) -> Diagnostic {
    Diagnostic::error(
        &codes::UNKNOWN_BLOCK,
        format!("`{}` stands outside of any block", attribute.name.name),
    )
    .at(attribute.name.span)
    .help("values shared by components belong into `locals { … }`")
}

fn duplicate(what: &str, second: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        &codes::DUPLICATE_DEFINITION,
        format!("{what} is defined twice in one layer"),
    )
    .label(second, "again here")
    .label(first, "first here")
}
