//! Licence files by their usual names.

use crate::tree::Tree;

const STEMS: [&str; 4] = ["LICENSE", "LICENCE", "COPYING", "UNLICENSE"];

/// The licence file of a source: the one nearest to a folder that is used,
/// upwards, so that a repository of many projects gives the right one.
pub(crate) fn find(tree: &Tree, folder: &str) -> Option<String> {
    let paths = tree.paths();
    let mut folder = folder;
    loop {
        let prefix = match folder {
            "" => String::new(),
            folder => format!("{folder}/"),
        };
        let found = STEMS.iter().find_map(|stem| {
            paths.iter().find(|path| {
                path.strip_prefix(prefix.as_str()).is_some_and(|name| {
                    let upper = name.to_ascii_uppercase();
                    let stem_of = upper.split(['.', '-']).next().unwrap_or_default();
                    !name.contains('/') && stem_of == *stem
                })
            })
        });
        if let Some(path) = found {
            return Some((*path).to_owned());
        }
        if folder.is_empty() {
            return None;
        }
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
}
