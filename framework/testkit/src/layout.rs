//! Folders as one text, in the txtar format of Go's tests with two additions:
//! `-- path +x --` is executable, `-- path -> target --` a symbolic link.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

/// Writes the files of a layout below `folder`. Text before the first file is a
/// comment.
pub fn write_layout(folder: &Path, layout: &str) {
    for (name, text) in parse(layout) {
        let (path, target) = match name.split_once(" -> ") {
            Some((path, target)) => (path, Some(target)),
            None => (name, None),
        };
        let (path, executable) = match path.strip_suffix(" +x") {
            Some(path) => (path, true),
            None => (path, false),
        };
        let file = folder.join(path);
        let parent = file.parent().unwrap_or(folder);
        fs::create_dir_all(parent).unwrap_or_else(|error| panic!("{}: {error}", parent.display()));
        let result = match target {
            Some(target) => symlink(target, &file),
            None => fs::write(&file, text),
        };
        result.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        if executable {
            let mode = fs::Permissions::from_mode(0o755);
            fs::set_permissions(&file, mode)
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        }
    }
}

/// The files below `folder` as a layout, sorted; `.git` and what `skip` names
/// at the top are left out. Bytes that are not UTF-8 are replaced.
pub fn read_layout(folder: &Path, skip: &[&str]) -> String {
    let mut files = BTreeMap::new();
    let mut todo = vec![String::new()];
    while let Some(prefix) = todo.pop() {
        let path = folder.join(&prefix);
        let entries = fs::read_dir(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if prefix.is_empty() && (name == ".git" || skip.contains(&name.as_str())) {
                continue;
            }
            let below = if prefix.is_empty() {
                name
            } else {
                format!("{prefix}/{name}")
            };
            let full = entry.path();
            match fs::symlink_metadata(&full) {
                Ok(meta) if meta.is_dir() => todo.push(below),
                Ok(meta) if meta.is_symlink() => {
                    let target = fs::read_link(&full).unwrap_or_default();
                    files.insert(format!("{below} -> {}", target.display()), String::new());
                }
                Ok(meta) => {
                    let executable = meta.permissions().mode() & 0o111 != 0;
                    let name = if executable {
                        format!("{below} +x")
                    } else {
                        below
                    };
                    let bytes = fs::read(&full).unwrap_or_default();
                    files.insert(name, String::from_utf8_lossy(&bytes).into_owned());
                }
                Err(error) => panic!("{}: {error}", full.display()),
            }
        }
    }
    let mut layout = String::new();
    for (name, text) in files {
        let _ = writeln!(layout, "-- {name} --");
        layout.push_str(&text);
        if !text.is_empty() && !text.ends_with('\n') {
            layout.push('\n');
        }
    }
    layout
}

fn parse(layout: &str) -> Vec<(&str, String)> {
    let mut files: Vec<(&str, String)> = Vec::new();
    for line in layout.split_inclusive('\n') {
        let name = line
            .trim_end_matches(['\n', '\r'])
            .strip_prefix("-- ")
            .and_then(|rest| rest.strip_suffix(" --"));
        match (name, files.last_mut()) {
            (Some(name), _) => files.push((name.trim(), String::new())),
            (None, Some((_, text))) => text.push_str(line),
            (None, None) => {}
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let layout = "-- base/a.hcl --\na = 1\n\n-- empty --\n-- link -> base/a.hcl --\n-- run.sh +x --\n#!/bin/sh\n";
        let folder = tempfile::tempdir().expect("folder");
        write_layout(folder.path(), &format!("a comment\n{layout}"));
        assert_eq!(read_layout(folder.path(), &[]), layout);
        assert_eq!(
            read_layout(folder.path(), &["base", "link", "run.sh"]),
            "-- empty --\n"
        );
    }
}
