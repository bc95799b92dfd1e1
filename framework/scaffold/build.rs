//! Lists the files that become part of the program: the starters' templates
//! here, and the modules and bases of the repository.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let here = PathBuf::from(required("CARGO_MANIFEST_DIR"));
    let mut source = String::new();
    for (name, folder) in [
        ("TEMPLATES", here.join("starters")),
        ("MODULES", here.join("../../modules")),
        ("BASES", here.join("../../bases")),
    ] {
        let folder = folder.canonicalize()?;
        println!("cargo::rerun-if-changed={}", folder.display());
        let mut files = Vec::new();
        list(&folder, "", &mut files)?;
        files.sort();
        let _ = writeln!(source, "pub(crate) static {name}: &[(&str, &[u8])] = &[");
        for path in files {
            let _ = writeln!(
                source,
                "    ({path:?}, include_bytes!({:?})),",
                folder.join(&path)
            );
        }
        source.push_str("];\n");
    }
    fs::write(Path::new(&required("OUT_DIR")).join("embedded.rs"), source)
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo speaks to build scripts this way"
)]
fn required(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

/// Paths of the files below a folder, relative to it. Folders and files with a
/// leading dot are what terraform leaves behind, not sources.
fn list(folder: &Path, prefix: &str, into: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            list(&entry.path(), &format!("{path}/"), into)?;
        } else {
            into.push(path);
        }
    }
    Ok(())
}
