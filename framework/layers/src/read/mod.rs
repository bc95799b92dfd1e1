//! Reading layer folders: bytes to definitions.

mod definition;
mod yaml;

use terrace_diag::{Diagnostic, Diagnostics, FileId, SourceMap, Span};
use terrace_hcl::ast::Body;
use terrace_source::{EntryKind, ReadError, Tree, codes as source_codes, path};

pub use definition::{Component, ComponentKind, Definitions, Provider, is_name};

/// Largest layer file, in bytes.
pub const MAX_LAYER_FILE: u64 = 4 << 20;

/// File names that make a folder a Kustomize component.
pub const KUSTOMIZATION_FILES: [&str; 3] =
    ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// One layer folder with its files read, not yet looked at.
#[derive(Debug, Clone, Default)]
pub struct LayerFiles {
    /// The folder, relative to the repository.
    pub path: String,
    /// Its layer files, sorted by name.
    pub files: Vec<FileId>,
    /// Names of its sub-folders that are Kustomize components, sorted.
    pub kustomize: Vec<String>,
}

/// Reads the files of a layer folder into `sources`. A folder that does not
/// exist is reported by the caller, who knows where it is named.
pub fn read_layer(
    tree: &dyn Tree,
    folder: &str,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> LayerFiles {
    let mut layer = LayerFiles {
        path: folder.to_owned(),
        ..LayerFiles::default()
    };
    for entry in tree.list(folder).unwrap_or_default().iter() {
        let full = path::join(folder, &entry.name);
        match entry.kind {
            EntryKind::Folder => {
                let is_kustomize = tree.list(&full).is_some_and(|entries| {
                    entries
                        .iter()
                        .any(|e| KUSTOMIZATION_FILES.contains(&e.name.as_str()))
                });
                if is_kustomize {
                    layer.kustomize.push(entry.name.clone());
                }
            }
            EntryKind::Link if is_layer_file(&entry.name) => {
                diagnostics.push(unreadable(&full, &ReadError::Link { path: full.clone() }));
            }
            EntryKind::File if is_layer_file(&entry.name) => {
                if let Some(file) = read_text(tree, &full, sources, diagnostics) {
                    layer.files.push(file);
                }
            }
            EntryKind::NotUtf8 if is_layer_file(&entry.name) => {
                diagnostics.push(unreadable(&full, &ReadError::NotUtf8));
            }
            EntryKind::Repository => {
                diagnostics.push(unreadable(&full, &ReadError::Repository));
            }
            EntryKind::File | EntryKind::Link | EntryKind::NotUtf8 => {}
        }
    }
    layer
}

fn is_layer_file(name: &str) -> bool {
    !name.starts_with('.')
        && [".hcl", ".yaml", ".yml"]
            .iter()
            .any(|ending| name.ends_with(ending))
}

/// Reads one text file of at most [`MAX_LAYER_FILE`] bytes into `sources`.
pub fn read_text(
    tree: &dyn Tree,
    path: &str,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<FileId> {
    let bytes = match tree.read(path) {
        Ok(bytes) if bytes.len() as u64 > MAX_LAYER_FILE => {
            diagnostics.push(unreadable(
                path,
                &ReadError::TooLarge {
                    bytes: bytes.len() as u64,
                    limit: MAX_LAYER_FILE,
                },
            ));
            return None;
        }
        Ok(bytes) => bytes,
        Err(error) => {
            diagnostics.push(unreadable(path, &error));
            return None;
        }
    };
    match std::str::from_utf8(&bytes) {
        Ok(text) => Some(sources.add(path, text)),
        Err(error) => {
            let at = error.valid_up_to();
            // What is valid is kept as the text, so that the place can be shown.
            let valid = String::from_utf8_lossy(&bytes[..at]).into_owned();
            let file = sources.add(path, valid);
            diagnostics.push(
                Diagnostic::error(
                    &source_codes::NOT_UTF8,
                    format!(
                        "`{path}` is not UTF-8: byte 0x{:02x} at offset {at}",
                        bytes[at]
                    ),
                )
                .label(Span::new(file, at as u32, at as u32), "valid up to here"),
            );
            None
        }
    }
}

/// A file that could not be read, as a message.
pub fn unreadable(path: &str, error: &ReadError) -> Diagnostic {
    match error {
        ReadError::Link { path: link } => Diagnostic::error(
            &source_codes::LINK,
            format!("`{link}` is a symbolic link, which a render does not follow"),
        )
        .help("copy the file into the repository"),
        ReadError::TooLarge { .. } => {
            Diagnostic::error(&source_codes::TOO_LARGE, format!("`{path}`: {error}"))
        }
        _ => Diagnostic::error(&source_codes::UNREADABLE, format!("`{path}`: {error}")),
    }
}

/// Parses a layer file by its ending. YAML becomes the same tree as HCL, with
/// places in the YAML file, so that everything after this is written once.
pub fn parse_file(sources: &SourceMap, file: FileId) -> (Body, Diagnostics) {
    let Some(source) = sources.get(file) else {
        let span = Span::new(file, 0, 0);
        return (
            Body {
                items: Vec::new(),
                span,
            },
            Diagnostics::new(),
        );
    };
    if source.path().ends_with(".hcl") {
        terrace_hcl::parse_body(file, source.text())
    } else {
        yaml::parse(file, source)
    }
}
