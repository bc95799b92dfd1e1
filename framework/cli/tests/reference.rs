//! `docs/reference/` is what the code says; `UPDATE=1` writes it anew.

use std::fs;
use std::path::Path;

fn check(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/reference")
        .join(name);
    #[expect(clippy::disallowed_methods, reason = "the switch of this test")]
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, text).expect("write the reference");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == text,
        "docs/reference/{name} is not what the code says: UPDATE=1 cargo test -p terrace-cli --test reference"
    );
}

#[test]
fn command_line() {
    check("cli.md", &terrace_cli::reference::cli());
}

#[test]
fn error_codes() {
    check("errors.md", &terrace_cli::reference::errors());
}

#[test]
fn codes_are_unique() {
    let all = terrace_commands::help::all();
    for pair in all.windows(2) {
        assert_ne!(pair[0].id, pair[1].id, "two codes have one id");
    }
    let mut slugs: Vec<&str> = all.iter().map(|code| code.slug).collect();
    slugs.sort_unstable();
    for pair in slugs.windows(2) {
        assert_ne!(pair[0], pair[1], "two codes have one name");
    }
}
