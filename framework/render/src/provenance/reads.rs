//! What expressions read, and whether the environment chooses in them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;
use terrace_diag::{FileId, SourceMap, Span};
use terrace_hcl::Reference;
use terrace_hcl::ast::{Expr, ExprKind, TemplatePart};
use terrace_hcl::print::expression_inline;
use terrace_layers::{Node, NodeKind};
use terrace_platform::{CompiledEnvironment, ModuleSource, Overlay};

use super::{Named, Origin, below, flatten};

/// Locals that read locals; deeper than this, an expression counts as choosing.
const MAX_DEPTH: usize = 100;

/// What an expression reads.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reads {
    /// Names, transitively; whether each is named exactly.
    pub(crate) names: BTreeMap<String, bool>,
    /// It refers to anything at all.
    refers: bool,
    /// It may take one value in one environment and another in the next, so
    /// that one environment's value says nothing about the other's.
    chooses: bool,
}

impl Reads {
    fn absorb(&mut self, inner: &Self, direct: bool) {
        for (name, exact) in &inner.names {
            let entry = self.names.entry(name.clone()).or_insert(true);
            *entry &= *exact && direct;
        }
        self.chooses |= inner.chooses;
    }
}

/// One leaf of a local.
struct Local {
    name: String,
    span: Span,
}

/// The names of one environment, and what its expressions read.
pub(crate) struct Names<'a> {
    sources: &'a SourceMap,
    folders: BTreeSet<String>,
    /// Leaves of each local, by the local's name.
    locals: BTreeMap<&'a str, Vec<Local>>,
    attributes: BTreeSet<&'a str>,
    versions: &'a BTreeMap<SmolStr, Span>,
    names: BTreeMap<String, Named>,
    known: RefCell<BTreeMap<(FileId, u32, u32), Reads>>,
}

impl<'a> Names<'a> {
    pub(crate) fn new(environment: &'a CompiledEnvironment, sources: &'a SourceMap) -> Self {
        let mut folders: BTreeSet<String> =
            environment.layers.iter().map(ToString::to_string).collect();
        // What every environment reads.
        folders.insert(String::from("terrace.hcl"));
        folders.insert(String::from(crate::lock::FILE));
        for component in environment.roots.iter().flat_map(|root| &root.components) {
            if let ModuleSource::Local(module) = &component.source {
                folders.extend(module.files.iter().map(|file| parent(&file.path)));
            }
        }
        for overlay in environment.kustomize.iter().flat_map(|c| &c.layers) {
            if let Overlay::Folder(folder) = overlay {
                folders.insert(folder.clone());
            }
        }
        let mut out = Self {
            sources,
            folders,
            locals: BTreeMap::new(),
            attributes: environment.attributes.keys().map(SmolStr::as_str).collect(),
            versions: &environment.versions,
            names: BTreeMap::new(),
            known: RefCell::default(),
        };
        for (name, node) in &environment.locals {
            let mut leaves = Vec::new();
            for (path, value, span) in leaves_of(node, &below("local", name)) {
                let origin = out.origin(span, sources);
                out.names.insert(path.clone(), Named { value, origin });
                leaves.push(Local { name: path, span });
            }
            out.locals.insert(name, leaves);
        }
        for (name, (value, span)) in &environment.attributes {
            let mut texts = Vec::new();
            flatten(value, "", &mut texts);
            let value: Vec<String> = texts.into_iter().map(|(p, t)| format!("{p}={t}")).collect();
            let origin = out.origin(*span, sources);
            let value = value.join(",");
            out.names
                .insert(below("env", name), Named { value, origin });
        }
        out
    }

    pub(crate) fn folders(&self) -> &BTreeSet<String> {
        &self.folders
    }

    pub(crate) fn into_names(self) -> BTreeMap<String, Named> {
        self.names
    }

    /// Where a layer constrains a version.
    pub(crate) fn version(&self, name: &str) -> Option<Span> {
        self.versions.get(name).copied()
    }

    /// The place of a span; `sources` begins with the layers' files.
    pub(crate) fn origin(&self, span: Span, sources: &SourceMap) -> Origin {
        let Some(file) = sources.get(span.file) else {
            return Origin {
                folder: String::new(),
                file: String::from("?"),
                line: 0,
                parametric: false,
            };
        };
        self.file_origin(file.path(), file.line_column(span.start).line)
    }

    /// The place of a span in a layer file.
    pub(crate) fn place(&self, span: Span) -> Origin {
        self.origin(span, self.sources)
    }

    pub(crate) fn file_origin(&self, file: &str, line: u32) -> Origin {
        let mut folder = file.to_owned();
        while !self.folders.contains(&folder) && !folder.is_empty() {
            folder = parent(&folder);
        }
        if folder.is_empty() {
            folder = parent(file);
        }
        Origin {
            folder,
            file: file.to_owned(),
            line,
            parametric: false,
        }
    }

    /// What the expression in a layer file reads, and its place.
    pub(crate) fn of(&self, span: Span, cited: Span) -> (Origin, BTreeMap<String, bool>) {
        let reads = self.reads(span, 0);
        let mut origin = self.origin(cited, self.sources);
        origin.parametric = reads.refers && !reads.chooses;
        (origin, reads.names)
    }

    /// Whether a span is in a layer file and not in one of Kustomize's own.
    pub(crate) fn is_layer(&self, span: Span) -> bool {
        self.sources.get(span.file).is_some()
    }

    fn reads(&self, span: Span, depth: usize) -> Reads {
        let key = (span.file, span.start, span.end);
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let mut out = Reads::default();
        if depth > MAX_DEPTH {
            out.chooses = true;
            return out;
        }
        // Until it is known: a cycle, which the compiler has refused, ends here.
        self.known.borrow_mut().insert(key, Reads::default());
        match self.expression(span) {
            Ok(Some(expr)) => {
                out.chooses = chooses(&expr);
                expr.for_each_reference(|reference| self.reference(&reference, depth, &mut out));
            }
            Ok(None) => {}
            // What cannot be read again counts as choosing: only equal values do then.
            Err(()) => {
                out.refers = true;
                out.chooses = true;
            }
        }
        self.known.borrow_mut().insert(key, out.clone());
        out
    }

    /// The expression at a span; `None` for a literal.
    fn expression(&self, span: Span) -> Result<Option<Expr>, ()> {
        let Some(file) = self.sources.get(span.file) else {
            return Ok(None);
        };
        let text = self.sources.snippet(span);
        if file.path().ends_with(".hcl") {
            return terrace_hcl::parse_expression(span.file, text, span.start)
                .map(Some)
                .map_err(drop);
        }
        if !text.contains("${") && !text.contains("%{") {
            return Ok(None);
        }
        let inner = text.trim_matches(['"', '\'']);
        terrace_hcl::parse_template(span.file, inner, span.start)
            .map(Some)
            .map_err(drop)
    }

    fn reference(&self, reference: &Reference<'_>, depth: usize, out: &mut Reads) {
        out.refers = true;
        let steps: Vec<String> = reference
            .steps
            .iter()
            .map(|step| match step.name() {
                Some(name) => name.to_owned(),
                None => match step {
                    terrace_hcl::Step::Key(key) => expression_inline(key),
                    terrace_hcl::Step::Attribute(name) => name.name.to_string(),
                },
            })
            .collect();
        match (reference.root.as_str(), steps.first()) {
            // What an environment is called never changes.
            ("env", Some(name)) if name == "name" => {}
            ("env", Some(name)) => {
                out.names.entry(below("env", name)).or_insert(true);
            }
            ("env", None) => {
                for name in &self.attributes {
                    out.names.insert(below("env", name), false);
                }
            }
            ("local", Some(name)) => {
                let leaves = self.locals.get(name.as_str()).into_iter().flatten();
                let wanted = steps
                    .iter()
                    .fold(String::from("local"), |path, step| below(&path, step));
                let chosen: Vec<&Local> = leaves
                    .filter(|leaf| is_at_or_below(&leaf.name, &wanted))
                    .collect();
                self.take(&chosen, depth, out);
            }
            ("local", None) => {
                let all: Vec<&Local> = self.locals.values().flatten().collect();
                self.take(&all, depth, out);
            }
            _ => {}
        }
    }

    fn take(&self, chosen: &[&Local], depth: usize, out: &mut Reads) {
        let direct = chosen.len() == 1;
        for leaf in chosen {
            *out.names.entry(leaf.name.clone()).or_insert(true) &= direct;
            let inner = self.reads(leaf.span, depth + 1);
            out.absorb(&inner, direct);
        }
    }
}

/// Whether one of two dotted names is the other or leads to it.
fn is_at_or_below(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    long.strip_prefix(short)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The leaves of a merged value: path, text and the place of the value.
pub(crate) fn leaves_of(node: &Node, path: &str) -> Vec<(String, String, Span)> {
    let mut out = Vec::new();
    for (steps, leaf) in node.leaves() {
        let path = steps
            .iter()
            .fold(path.to_owned(), |path, step| below(&path, step));
        match &leaf.kind {
            NodeKind::Value(value) => {
                let mut values = Vec::new();
                flatten(value, &path, &mut values);
                let span = leaf.place.value;
                out.extend(values.into_iter().map(|(path, text)| (path, text, span)));
            }
            NodeKind::Late(expr) => out.push((path, expression_inline(expr), leaf.place.value)),
            NodeKind::List(_) => out.push((path, String::from("[]"), leaf.place.value)),
            NodeKind::Map(_) => out.push((path, String::from("{}"), leaf.place.value)),
        }
    }
    out
}

/// Whether an expression may pick one of several values: its text being the same
/// does then not mean that the same part of it counts.
fn chooses(expr: &Expr) -> bool {
    let mut found = false;
    expr.for_each(&mut |part| {
        found |= match &part.kind {
            ExprKind::Conditional(_) => true,
            ExprKind::Index { key, .. } => {
                !matches!(key.kind, ExprKind::String(_) | ExprKind::Number(_))
            }
            ExprKind::For(all) => all.condition.is_some(),
            ExprKind::Template(template) => template
                .parts
                .iter()
                .any(|part| matches!(part, TemplatePart::If { .. } | TemplatePart::For { .. })),
            ExprKind::Call(call) => {
                let name = call.name.name.as_str();
                CHOOSING.contains(&name)
                    || name.starts_with("file")
                        && !call
                            .args
                            .iter()
                            .all(|arg| matches!(arg.kind, ExprKind::String(_)))
            }
            _ => false,
        };
    });
    found
}

/// Functions whose result is one of their arguments or parts of them.
const CHOOSING: [&str; 18] = [
    "alltrue",
    "anytrue",
    "can",
    "coalesce",
    "coalescelist",
    "compact",
    "contains",
    "element",
    "lookup",
    "matchkeys",
    "max",
    "merge",
    "min",
    "one",
    "slice",
    "templatefile",
    "templatestring",
    "try",
];

pub(crate) fn parent(path: &str) -> String {
    path.rsplit_once('/')
        .map_or(String::new(), |(folder, _)| folder.to_owned())
}
