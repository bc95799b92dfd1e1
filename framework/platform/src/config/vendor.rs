//! The `vendor` block: what `terrace vendor` may reach.

use std::collections::BTreeMap;

use smol_str::SmolStr;
use terrace_diag::{Diagnostics, Span};
use terrace_eval::Value;
use terrace_hcl::ast::Block;

use super::block::Reader;

/// `vendor { … }`; without one, everything is as its default.
#[derive(Debug, Clone, Default)]
pub struct Vendor {
    /// The only hosts that may be reached; none: every public one.
    pub allowed_hosts: Vec<SmolStr>,
    /// Hosts that may have private addresses.
    pub private_hosts: Vec<SmolStr>,
    /// Hosts that may be reached by plain http.
    pub insecure_hosts: Vec<SmolStr>,
    /// Whether repositories of this machine may be used.
    pub local_git: bool,
    /// Where the block is.
    pub span: Option<Span>,
}

pub(super) fn read(
    block: &Block,
    scope: &BTreeMap<SmolStr, Value>,
    diagnostics: &mut Diagnostics,
) -> Vendor {
    let mut reader = Reader::new(block, 0, scope.clone(), diagnostics);
    let vendor = Vendor {
        allowed_hosts: reader.strings("allowed_hosts").unwrap_or_default(),
        private_hosts: reader.strings("private_hosts").unwrap_or_default(),
        insecure_hosts: reader.strings("insecure_hosts").unwrap_or_default(),
        local_git: reader.bool("local_git").unwrap_or(false),
        span: Some(block.header),
    };
    reader.finish();
    vendor
}
