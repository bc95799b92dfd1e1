//! Where every value of a rendered folder comes from: leaves with file and line,
//! and the names that their expressions read.
//!
//! | file | what it holds |
//! |---|---|
//! | `mod.rs` | [`Provenance`], leaves and origins |
//! | `reads.rs` | what an expression reads, and whether it chooses between values |
//! | `../terraform/leaves.rs` | the leaves of a root |
//! | `../kustomize/leaves.rs` | the leaves of a Kustomize component |

mod reads;

use std::collections::{BTreeMap, BTreeSet};

use terrace_diag::{SourceMap, Span};
use terrace_eval::{Value, value_to_input};
use terrace_hcl::print::{expression_inline, is_identifier, quote};
use terrace_platform::CompiledEnvironment;
use terrace_source::Tree;

use crate::environment::Assets;
use crate::{kustomize, terraform};
pub(crate) use reads::{Names, leaves_of, parent};

/// Where everything in some folders of an environment comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provenance {
    /// Folders of the repository that the environment reads.
    pub folders_read: BTreeSet<String>,
    /// What expressions read: `local.sizes.max`, `env.region`.
    pub names: BTreeMap<String, Named>,
    /// Leaves by rendered folder.
    pub folders: BTreeMap<String, Vec<Leaf>>,
}

/// A value that expressions read by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// As canonical text.
    pub value: String,
    /// Where it is set.
    pub origin: Origin,
}

/// A place in the repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The layer or other folder.
    pub folder: String,
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// An expression over names that does not choose between values.
    pub parametric: bool,
}

/// One value of a rendered folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The component.
    pub component: String,
    /// Dotted; what is not an input begins with `@`.
    pub path: String,
    /// A name that is the same where environments name a resource differently.
    pub twin: Option<String>,
    /// The rendered file that it shows up in.
    pub file: String,
    /// As canonical text.
    pub value: String,
    /// Where it comes from.
    pub origin: Origin,
    /// Names it reads, transitively; whether each is named exactly.
    pub reads: BTreeMap<String, bool>,
}

/// The leaves of the wanted folders of an environment.
pub fn provenance(
    environment: &CompiledEnvironment,
    assets: &Assets,
    tree: &dyn Tree,
    sources: &SourceMap,
    wanted: &BTreeSet<String>,
) -> Provenance {
    let names = Names::new(environment, sources);
    let mut out = Provenance {
        folders_read: names.folders().clone(),
        ..Provenance::default()
    };
    for root in &environment.roots {
        if wanted.contains(root.name.as_str()) {
            let leaves = terraform::leaves(root, &environment.roots, assets, &names);
            out.folders.insert(root.name.to_string(), leaves);
        }
    }
    for component in &environment.kustomize {
        if wanted.contains(component.name.as_str()) {
            let leaves = kustomize::leaves(component, tree, sources, &names);
            let read = leaves.iter().map(|leaf| leaf.origin.folder.clone());
            out.folders_read.extend(read);
            out.folders.insert(component.name.to_string(), leaves);
        }
    }
    out.names = names.into_names();
    out
}

/// The leaves of a value: entries of maps and items of lists by their paths.
pub(crate) fn flatten(value: &Value, path: &str, out: &mut Vec<(String, String)>) {
    if let Some(entries) = value.entries().filter(|entries| entries.iter().len() > 0) {
        for (key, value) in entries.iter() {
            flatten(value, &below(path, key), out);
        }
        return;
    }
    if let Some(items) = value.items().filter(|items| !items.is_empty()) {
        for (at, item) in items.iter().enumerate() {
            flatten(item, &below(path, &at.to_string()), out);
        }
        return;
    }
    let span = Span::new(terrace_diag::FileId(0), 0, 0);
    let text = expression_inline(&value_to_input(value, span));
    out.push((path.to_owned(), text));
}

/// `path.step`; a step that is not a plain name is quoted.
pub(crate) fn below(path: &str, step: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'@');
    let mut out = String::from(path);
    if !out.is_empty() {
        out.push('.');
    }
    match is_identifier(step) || (!step.is_empty() && step.bytes().all(plain)) {
        true => out.push_str(step),
        false => quote(&mut out, step),
    }
    out
}
