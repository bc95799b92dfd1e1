//! `release.json` of a whole render.

use std::collections::BTreeMap;

use terrace_release::{Compiler, Component, Digest, Environment, ReleaseManifest, Source};

use crate::environment::RenderedEnvironment;

/// The manifest of all environments of one compile.
pub fn manifest(
    platform: &str,
    environments: &[RenderedEnvironment],
    source: Option<Source>,
    lock: Option<Digest>,
    policies: BTreeMap<String, Digest>,
    compiler: Compiler,
) -> ReleaseManifest {
    let environments = environments
        .iter()
        .map(|environment| {
            let components = environment
                .folders
                .iter()
                .map(|folder| {
                    let component = Component {
                        kind: folder.kind,
                        sha256: folder.digest,
                        deps: folder.deps.clone(),
                        members: folder.members.clone(),
                        uncovered: folder.uncovered.clone(),
                    };
                    (folder.name.to_string(), component)
                })
                .collect();
            (environment.name.to_string(), Environment { components })
        })
        .collect();
    ReleaseManifest {
        platform: platform.to_owned(),
        source,
        lock,
        policies,
        compiler,
        environments,
    }
}
