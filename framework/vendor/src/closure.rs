//! Which part of a source is copied: the folders that are used and those that
//! they reach by relative paths, so that a copy is neither a whole repository
//! nor broken.

use std::collections::BTreeSet;

use terrace_diag::FileId;
use terrace_lock::WHOLE;
use terrace_source::path;

use crate::references::{Reference, kustomization, terraform};
use crate::tree::{Files, Gathered, Tree};
use crate::{Limits, Result, codes, licence, refuse};

/// Names of kustomization files.
const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// How a file starts that Git LFS keeps elsewhere (`git-lfs`, `docs/spec.md`).
const LFS: &[u8] = b"version https://git-lfs.github.com/spec/";

/// The files for these folders (`.` is all), and the licence file.
pub(crate) fn select(
    tree: &Tree,
    paths: &BTreeSet<String>,
    limits: &Limits,
) -> Result<(Files, Option<String>)> {
    let (files, licence) = reached(tree, paths, limits)?;
    if let Some((path, _)) = files.iter().find(|(_, file)| file.bytes.starts_with(LFS)) {
        return Err(refuse(
            &codes::UNSAFE_ENTRY,
            format!("`{path}` is kept in Git LFS: its content is not in the repository"),
        )
        .help("name a folder without it, or use a release archive that holds the file itself"));
    }
    Ok((files, licence))
}

fn reached(
    tree: &Tree,
    paths: &BTreeSet<String>,
    limits: &Limits,
) -> Result<(Files, Option<String>)> {
    let mut files = Gathered::new(limits);
    let whole = paths.contains(WHOLE);
    let mut licence = None;
    for path in paths {
        let folder = if path == WHOLE { "" } else { path };
        if !tree.is_folder(folder) {
            let near: Vec<&str> = tree.top().into_iter().take(12).collect();
            return Err(refuse(
                &codes::NOT_THERE,
                match folder {
                    "" => String::from("the source is empty"),
                    folder => format!("the source has no folder `{folder}`"),
                },
            )
            .help(format!("at its top it has {}", near.join(", "))));
        }
        licence = licence.or_else(|| licence::find(tree, folder));
    }
    if whole {
        tree.collect("", &mut files)?;
        return Ok((files.into_files(), licence));
    }
    let mut open: Vec<String> = paths.iter().cloned().collect();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    while let Some(folder) = open.pop() {
        if !seen.insert(folder.clone()) {
            continue;
        }
        let inside = seen
            .iter()
            .any(|other| *other != folder && is_below(&folder, other));
        if !inside {
            tree.collect(&folder, &mut files)?;
        }
        for reference in of_folder(tree, &folder) {
            // A path out of the source leads nowhere; whoever uses it says so.
            let Some(target) = path::resolve(&folder, &reference.text) else {
                continue;
            };
            if tree.is_folder(&target) {
                open.push(target);
            } else if tree.file(&target).is_some() && !files.has(&target) {
                tree.collect(&target, &mut files)?;
            }
        }
    }
    if let Some(path) = &licence {
        tree.collect(path, &mut files)?;
    }
    Ok((files.into_files(), licence))
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// The relative paths that files directly in a folder name.
fn of_folder(tree: &Tree, folder: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    for (name, file) in tree.files_in(folder) {
        let Ok(text) = std::str::from_utf8(&file.bytes) else {
            continue;
        };
        if name.ends_with(".tf") {
            let local = |reference: &Reference| reference.text.starts_with('.');
            found.extend(terraform(FileId(0), text).into_iter().filter(local));
        } else if KUSTOMIZATIONS.contains(&name) {
            let local = |reference: &Reference| {
                !reference.text.contains("://") && !reference.text.starts_with('/')
            };
            found.extend(kustomization(FileId(0), text).into_iter().filter(local));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::File;

    fn tree(files: &[(&str, &str)]) -> Tree {
        let mut tree = Tree::default();
        for (path, text) in files {
            let added = tree.add_file(
                path.as_bytes(),
                File::plain(text.as_bytes()),
                &Limits::default(),
            );
            added.expect("a good name");
        }
        tree
    }

    fn selected(tree: &Tree, paths: &[&str]) -> (Vec<String>, Option<String>) {
        let paths = paths.iter().map(|path| (*path).to_owned()).collect();
        let (files, licence) = select(tree, &paths, &Limits::default()).expect("selects");
        (files.into_keys().collect(), licence)
    }

    #[test]
    fn copies_what_is_reached_and_nothing_else() {
        let tree = tree(&[
            ("LICENSE", "MIT"),
            ("README.md", ""),
            (
                "modules/a/main.tf",
                "module \"b\" {\n source = \"../b\"\n}\n",
            ),
            ("modules/a/files/x.sh", ""),
            (
                "modules/b/main.tf",
                "module \"c\" {\n source = \"./c\"\n}\n",
            ),
            ("modules/b/c/main.tf", ""),
            ("modules/d/main.tf", ""),
            (
                "overlay/kustomization.yaml",
                "resources:\n- ../base\n- ../one.yaml\n",
            ),
            ("base/kustomization.yaml", "resources: [x.yaml]\n"),
            ("base/x.yaml", ""),
            ("one.yaml", ""),
        ]);
        let (files, licence) = selected(&tree, &["modules/a"]);
        assert_eq!(licence.as_deref(), Some("LICENSE"));
        assert_eq!(
            files,
            [
                "LICENSE",
                "modules/a/files/x.sh",
                "modules/a/main.tf",
                "modules/b/c/main.tf",
                "modules/b/main.tf"
            ]
        );
        let (files, _) = selected(&tree, &["overlay"]);
        assert_eq!(
            files,
            [
                "LICENSE",
                "base/kustomization.yaml",
                "base/x.yaml",
                "one.yaml",
                "overlay/kustomization.yaml"
            ]
        );
        assert_eq!(selected(&tree, &["."]).0.len(), 11);
        let lfs = "version https://git-lfs.github.com/spec/v1\noid sha256:0\n";
        let with_lfs = self::tests::tree(&[("m/main.tf", ""), ("m/x.bin", lfs), ("n/main.tf", "")]);
        let of = |path: &str| BTreeSet::from([String::from(path)]);
        let error = select(&with_lfs, &of("m"), &Limits::default()).expect_err("a pointer");
        assert_eq!(error.code, &codes::UNSAFE_ENTRY);
        assert!(select(&with_lfs, &of("n"), &Limits::default()).is_ok());
        let missing = BTreeSet::from([String::from("nowhere")]);
        let error = select(&tree, &missing, &Limits::default()).expect_err("no such folder");
        assert_eq!(error.code, &codes::NOT_THERE);
    }
}
