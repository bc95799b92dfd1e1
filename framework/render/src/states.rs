//! No two roots may keep their state in the same place.

use std::collections::BTreeMap;

use terrace_diag::{Diagnostic, Diagnostics};

use crate::codes;
use crate::environment::RenderedEnvironment;

/// Reports roots, of all environments, whose backends are rendered alike.
pub fn check_states(environments: &[RenderedEnvironment], diagnostics: &mut Diagnostics) {
    let mut seen: BTreeMap<&str, String> = BTreeMap::new();
    for environment in environments {
        for folder in &environment.folders {
            let Some(state) = &folder.state else { continue };
            let name = format!("{}/{}", environment.name, folder.name);
            if let Some(first) = seen.get(state.as_str()) {
                diagnostics.push(
                    Diagnostic::error(
                        &codes::SAME_STATE,
                        format!("`{first}` and `{name}` would keep their state in the same place"),
                    )
                    .help("write ${env.name} and ${state.name} into the backend"),
                );
            } else {
                seen.insert(state, name);
            }
        }
    }
}
