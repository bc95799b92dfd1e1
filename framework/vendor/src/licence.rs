//! Licence files by their usual names.

use terrace_source::path;

use crate::tree::Tree;

const STEMS: [&str; 4] = ["LICENSE", "LICENCE", "COPYING", "UNLICENSE"];

/// The licence file of a source: the one nearest to a folder that is used,
/// upwards, so that a repository of many projects gives the right one.
pub(crate) fn find(tree: &Tree, folder: &str) -> Option<String> {
    let mut folder = folder;
    loop {
        let files = tree.files_in(folder);
        let is_of = |name: &str, stem: &str| {
            let upper = name.to_ascii_uppercase();
            upper.split(['.', '-']).next() == Some(stem)
        };
        let found = STEMS
            .iter()
            .find_map(|stem| files.iter().find(|(name, _)| is_of(name, stem)));
        if let Some((name, _)) = found {
            return Some(path::join(folder, name));
        }
        if folder.is_empty() {
            return None;
        }
        folder = path::split(folder).0;
    }
}
