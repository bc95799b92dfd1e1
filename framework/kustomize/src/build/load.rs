//! Reading kustomizations: the file of a folder, and the schema it names.

use terrace_diag::Span;
use terrace_yaml::{NO_SPAN, Node, ReadOptions, read_first};

use super::{Stack, Target};
use crate::codes::{INVALID_KUSTOMIZATION, NO_KUSTOMIZATION};
use crate::kustomization::Kustomization;
use crate::schema::{CustomSchema, Schemas};
use crate::session::{Directory, Session};
use crate::{Failure, Result};

const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
/// Reads the kustomization of a folder, or of a layer that is given as data.
pub(super) fn load(
    session: &mut Session<'_>,
    stack: &Stack,
    directory: Directory,
    layer: Option<usize>,
) -> Result<Target> {
    let layer = layer.or_else(|| stack.layer_at(&directory.root));
    let (file_name, node) = match layer.and_then(|layer| stack.data(layer)) {
        Some(data) => (FILE_NAMES[0], data.clone()),
        None => read_file(session, &directory)?,
    };
    let kustomization = Kustomization::decode(&node)?;
    session.warnings.extend(kustomization.deprecations());
    Ok(Target {
        directory,
        kustomization,
        file_name,
        origin: None,
        layer,
    })
}

/// The document of the one kustomization file of a folder.
pub(super) fn read_file(
    session: &mut Session<'_>,
    directory: &Directory,
) -> Result<(&'static str, Node)> {
    let mut found = Vec::new();
    for name in FILE_NAMES {
        match session.text(directory, name, NO_SPAN, false) {
            Ok(file) => found.push((name, file)),
            Err(failure) if failure.is(&crate::codes::UNREADABLE) => {}
            Err(failure) if failure.is(&crate::codes::OUTSIDE_ROOT) => {}
            Err(failure) => return Err(failure),
        }
    }
    let shown = session.shown(&directory.root).to_owned();
    match found.as_slice() {
        [] => Err(Failure::new(
            &NO_KUSTOMIZATION,
            format!(
                "unable to find one of 'kustomization.yaml', 'kustomization.yml' or \
                 'Kustomization' in directory '{shown}'"
            ),
        )),
        [(name, (file, text))] => {
            let node = read_first(text, 0..text.len(), *file, &ReadOptions::default())
                .map_err(|error| Failure::from(error).context("invalid Kustomization"))?;
            let empty = Span::new(*file, 0, 0);
            Ok((name, node.unwrap_or_else(|| Node::null(empty))))
        }
        _ => Err(Failure::new(
            &NO_KUSTOMIZATION,
            format!("Found multiple kustomization files under: {shown}"),
        )
        .help("keep kustomization.yaml")),
    }
}

/// Uses the schema that the kustomization names, if none is in use yet.
pub(super) fn set_schema(session: &mut Session<'_>, target: &Target) -> Result<()> {
    let openapi = &target.kustomization.openapi;
    let entry = |name: &str| openapi.iter().find(|(key, _, _)| key == name);
    let path = entry("path");
    let version = entry("version");
    let document = match path {
        Some((_, path, span)) => Some(session.document(&target.directory, path, *span)?.1),
        None => None,
    };
    if session.has_schema {
        return Ok(());
    }
    match (document, version) {
        (Some(_), Some((_, _, span))) => Err(Failure::new(
            &INVALID_KUSTOMIZATION,
            "builtin version and custom schema provided, cannot use both",
        )
        .at(*span)),
        (Some(document), None) => {
            session.schemas = Schemas::Custom(CustomSchema::new(document));
            session.has_schema = true;
            Ok(())
        }
        (None, Some((_, version, span))) if !version.is_empty() => {
            if version != "v1.21.2" {
                return Err(Failure::new(
                    &INVALID_KUSTOMIZATION,
                    "the specified OpenAPI version is not built in",
                )
                .at(*span)
                .help("v1.21.2 is the only one"));
            }
            session.has_schema = true;
            Ok(())
        }
        _ => Ok(()),
    }
}
