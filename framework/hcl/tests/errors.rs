//! Messages for broken texts: each folder of `tests/errors` holds a text
//! (`in.hcl`) and what is said about it (`expected.txt`), all mistakes with
//! their places. `TERRACE_BLESS=1` writes the expected texts anew.

use std::fs;
use std::path::Path;

use terrace_diag::{SourceMap, Style, render_all};
use terrace_hcl::parse_body;

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "how a person asks for new expected texts"
)]
fn messages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors");
    let mut folders: Vec<_> = fs::read_dir(&root)
        .expect("folder of cases")
        .map(|entry| entry.expect("entry").path())
        .collect();
    folders.sort();
    assert!(!folders.is_empty());
    let mut wrong = Vec::new();
    for folder in folders {
        let text = fs::read_to_string(folder.join("in.hcl")).expect("in.hcl");
        let mut sources = SourceMap::new();
        let file = sources.add("in.hcl", text.as_str());
        let (_, diagnostics) = parse_body(file, &text);
        let found = render_all(&diagnostics, &sources, Style::Plain);
        let path = folder.join("expected.txt");
        if std::env::var_os("TERRACE_BLESS").is_some() {
            fs::write(&path, &found).expect("expected.txt is writable");
        } else if fs::read_to_string(&path).unwrap_or_default() != found {
            wrong.push(format!("{}:\n{found}", folder.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
