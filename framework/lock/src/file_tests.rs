use super::*;
use crate::address::terraform::{self, Source};

fn entry(source: &str) -> Entry {
    let registry = source.starts_with("registry");
    Entry {
        source: source.to_owned(),
        version: registry.then(|| String::from("5.1.0")),
        constraints: BTreeSet::new(),
        from: None,
        folder: String::from("vendor/x"),
        root: None,
        paths: BTreeSet::from([String::from("a/b")]),
        file: None,
        commit: None,
        manifest: None,
        archive: None,
        sha256: Digest::of("x"),
        licence: Some(String::from("LICENSE")),
        span: None,
    }
}

fn read(text: &str) -> (LockFile, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let lock = LockFile::parse(FileId(0), text, &mut diagnostics);
    (lock, diagnostics)
}

fn remote(text: &str) -> Remote {
    match terraform::parse(text) {
        Ok(Source::Remote(remote)) => remote,
        other => panic!("{other:?}"),
    }
}

#[test]
fn reads_what_it_writes() {
    let mut lock = LockFile::default();
    let mut first = entry("registry.terraform.io/acme/vpc/aws");
    first.constraints = ["~> 5.0", ">= 5, < 6"].map(String::from).into();
    first.from = Some(String::from(
        "git::https://github.com/acme/vpc.git?ref=v5.1.0",
    ));
    first.commit = Some("a".repeat(40));
    lock.insert(first);
    let mut second = entry("git::https://github.com/acme/m.git?ref=v1");
    second.folder = String::from("vendor/y");
    lock.insert(second);
    let mut third = entry("https://acme.example/all.yaml");
    third.folder = String::from("vendor/z");
    third.paths.clear();
    third.file = Some(String::from("all.yaml"));
    third.archive = Some(Digest::of("y"));
    lock.insert(third);
    let text = lock.to_text();
    let (again, diagnostics) = read(&text);
    assert!(diagnostics.is_empty(), "{diagnostics:?}\n{text}");
    assert_eq!(again.to_text(), text);
    assert_eq!(terrace_hcl::format(&text).as_deref(), Ok(text.as_str()));
    let sources: Vec<&str> = again.entries().map(|e| e.source.as_str()).collect();
    assert!(sources.is_sorted());

    let at = |source: &str, constraint| again.local(&remote(source), constraint);
    assert_eq!(
        at("acme/vpc/aws//a/b", Some("~>5.0")).as_deref(),
        Some("vendor/x/a/b")
    );
    assert_eq!(
        at("acme/vpc/aws//a/b/c", Some("~> 5.0")).as_deref(),
        Some("vendor/x/a/b/c")
    );
    assert_eq!(at("acme/vpc/aws//a/bc", Some("~> 5.0")), None);
    assert_eq!(at("acme/vpc/aws//a/b", Some("~> 4.0")), None);
    assert_eq!(
        at("github.com/acme/m//a/b?ref=v1", None).as_deref(),
        Some("vendor/y/a/b")
    );
    assert_eq!(at("github.com/acme/m//a/b?ref=v2", None), None);
    assert_eq!(
        at("https://acme.example/all.yaml", None).as_deref(),
        Some("vendor/z/all.yaml")
    );
    assert_eq!(
        again.at("vendor/y/a").map(|e| e.folder.as_str()),
        Some("vendor/y")
    );
    assert!(again.at("vendor/yy").is_none());
}

#[test]
fn refuses_what_it_did_not_write() {
    let digest = Digest::of("x");
    let with = |inside: &str| {
        format!(
            "source \"git::https://acme.example/m\" {{\n sha256 = \"{digest}\"\n {inside}\n}}\n"
        )
    };
    for text in [
        with("folder = \"vendor/../etc\"\n paths = [\".\"]"),
        with("folder = \"/etc\"\n paths = [\".\"]"),
        with("folder = \"vendor\"\n paths = [\".\"]"),
        with("folder = \"vendor/x\"\n paths = [\"../y\"]"),
        with("folder = \"vendor/x\"\n file = \"../y\""),
        with("folder = \"vendor/x\""),
        with("folder = \"vendor/x\"\n paths = [\".\"]\n extra = 1"),
        with("folder = \"vendor/x\"\n paths = \".\""),
        String::from("source \"x\" {}\n"),
        String::from("<<<<<<< HEAD\n"),
        format!("{0}{0}", with("folder = \"vendor/x\"\n paths = [\".\"]")),
    ] {
        let (_, diagnostics) = read(&text);
        assert!(diagnostics.has_errors(), "{text}");
    }
    let (lock, diagnostics) = read(&with("folder = \"vendor/x\"\n paths = [\".\"]"));
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    assert_eq!(lock.entries().len(), 1);
}
