//! The platform's `.terraform.lock.hcl`, cut to the providers of a root.
//!
//! A lock with a provider too many or too few would be rewritten by
//! `terraform init`, and another environment could initialise another version.

use std::collections::BTreeMap;

use terrace_diag::{Diagnostic, Diagnostics, FileId};

use crate::codes;

/// The file's name, at the root of the repository and in each root.
pub(crate) const FILE: &str = ".terraform.lock.hcl";

/// What `terraform providers lock` puts first.
const HEADER: &str = "# This file is maintained automatically by \"terraform init\".\n\
# Manual edits may be lost in future updates.\n";

/// The provider blocks of a lock file, as text by address.
#[derive(Debug, Clone, Default)]
pub struct LockFile {
    blocks: BTreeMap<String, String>,
}

impl LockFile {
    /// The name of the file at the root of the repository.
    pub const FILE: &'static str = FILE;

    /// Reads a lock file. Unreadable parts are reported.
    pub fn parse(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Self {
        let (body, errors) = terrace_hcl::parse_body(file, text);
        diagnostics.extend(errors);
        let mut blocks = BTreeMap::new();
        for block in body.blocks() {
            let [address] = block.labels.as_slice() else {
                diagnostics.push(
                    Diagnostic::error(&codes::BAD_LOCK, "expected `provider \"ADDRESS\" { … }`")
                        .at(block.header),
                );
                continue;
            };
            let end = block.body.span.end as usize;
            // The body's span ends before or at the closing brace.
            let close = text[end.min(text.len())..]
                .find('}')
                .filter(|_| !text[..end.min(text.len())].ends_with('}'))
                .map_or(end, |at| end + at + 1);
            if let Some(block_text) = text.get(block.header.start as usize..close) {
                blocks.insert(address.name.to_string(), block_text.trim_end().to_owned());
            }
        }
        Self { blocks }
    }

    /// The text for a root that needs these provider addresses (such as
    /// `hashicorp/aws`), and the addresses that are not locked.
    pub(crate) fn cut(&self, sources: &[&str]) -> (Option<String>, Vec<String>) {
        let mut text = String::new();
        let mut missing = Vec::new();
        let mut wanted: Vec<String> = sources.iter().map(|source| full_address(source)).collect();
        wanted.sort();
        wanted.dedup();
        for address in wanted {
            match self.find(&address) {
                Some(block) => {
                    text.push('\n');
                    text.push_str(block);
                    text.push('\n');
                }
                None => missing.push(address),
            }
        }
        let text = (!text.is_empty()).then(|| format!("{HEADER}{text}"));
        (text, missing)
    }
}

/// The provider blocks of a root's lock.
impl LockFile {
    /// What is pinned of these provider addresses: full address and block.
    pub(crate) fn pinned(&self, sources: &[&str]) -> Vec<(String, &str)> {
        let mut wanted: Vec<String> = sources.iter().map(|source| full_address(source)).collect();
        wanted.sort();
        wanted.dedup();
        wanted
            .into_iter()
            .filter_map(|address| {
                let block = self.find(&address)?;
                Some((address, block))
            })
            .collect()
    }

    fn find(&self, address: &str) -> Option<&str> {
        // OpenTofu's registry has its own host name for the same providers.
        let found = self.blocks.get(address).or_else(|| {
            let rest = address.strip_prefix("registry.terraform.io/")?;
            self.blocks.get(&format!("registry.opentofu.org/{rest}"))
        });
        found.map(String::as_str)
    }
}

/// `hashicorp/aws` with its default host.
fn full_address(source: &str) -> String {
    match source.split('/').count() {
        1 => format!("registry.terraform.io/hashicorp/{source}"),
        2 => format!("registry.terraform.io/{source}"),
        _ => source.to_owned(),
    }
}
