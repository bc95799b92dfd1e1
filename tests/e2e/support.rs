//! The binary, platforms to run it on, and what lies on disk.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use terrace_testkit::{Cli, Sandbox};

/// The binary under test.
pub(crate) const TERRACE: &str = env!("CARGO_BIN_EXE_terrace");

/// A file or folder of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Copies a folder's files; links stay links.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().expect("its type");
        if kind.is_dir() {
            copy(&source, &target);
        } else if kind.is_symlink() {
            let link = fs::read_link(&source).expect("a link");
            std::os::unix::fs::symlink(link, &target).expect("a link");
        } else {
            fs::copy(&source, &target).expect("a copy");
        }
    }
}

/// Every file below a folder with its bytes.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    let mut todo = vec![folder.to_path_buf()];
    while let Some(next) = todo.pop() {
        for entry in fs::read_dir(&next).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                todo.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below").display();
                out.insert(name.to_string(), fs::read(&path).expect("a file"));
            }
        }
    }
    out
}

/// The small platform of `tests/platform`.
pub(crate) fn small() -> Sandbox {
    let sandbox = Sandbox::default();
    copy(&repository("tests/platform"), &sandbox.project());
    sandbox
}

/// A scaffolded starter, and the binary in it.
pub(crate) fn starter(name: &str) -> (Sandbox, Cli) {
    let sandbox = Sandbox::default();
    let cli = Cli::new(TERRACE, &sandbox);
    let ran = cli.run(["init", "p", "--starter", name, "--no-git"]);
    assert_eq!(ran.code, 0, "{ran}");
    let cli = cli.folder(sandbox.project().join("p"));
    (sandbox, cli)
}
