use super::*;

fn component(kind: Kind, text: &str, deps: &[&str]) -> Component {
    Component {
        kind,
        sha256: Digest::of(text),
        deps: deps.iter().map(|dep| String::from(*dep)).collect(),
        members: BTreeSet::new(),
        uncovered: BTreeSet::new(),
    }
}

fn release() -> ReleaseManifest {
    let environment = |salt: &str| Environment {
        components: [
            ("net", component(Kind::Terraform, &format!("{salt}1"), &[])),
            (
                "net-x",
                component(Kind::Terraform, &format!("{salt}2"), &["net"]),
            ),
            (
                "nginx",
                component(Kind::Kustomize, &format!("{salt}3"), &["net"]),
            ),
        ]
        .map(|(name, component)| (String::from(name), component))
        .into(),
    };
    ReleaseManifest {
        platform: String::from("acme"),
        source: Some(Source {
            commit: "a".repeat(40),
            tree: "b".repeat(40),
        }),
        lock: Some(Digest::of("lock")),
        policies: [(edge_name("ops", "apps"), Digest::of("policy"))].into(),
        compiler: Compiler {
            name: String::from("terrace"),
            version: String::from("0.1.0"),
        },
        environments: [
            (String::from("ops"), environment("o")),
            (String::from("apps"), environment("a")),
        ]
        .into(),
    }
}

#[test]
fn reads_back_what_it_writes() {
    let release = release();
    let text = release.to_text();
    assert!(text.starts_with("{\n  \"compiler\": {\n    \"name\": \"terrace\""));
    assert_eq!(ReleaseManifest::parse(text.as_bytes()), Ok(release.clone()));
    assert_eq!(release.id(), Digest::of(&text));
    let bare = ReleaseManifest {
        source: None,
        lock: None,
        ..release
    };
    assert_eq!(ReleaseManifest::parse(bare.to_text().as_bytes()), Ok(bare));
}

#[test]
fn the_content_id_covers_the_folders_and_nothing_else() {
    let first = release();
    let mut other = release();
    other.source = None;
    other.lock = None;
    other.policies.clear();
    other.compiler.version = String::from("9");
    assert_ne!(other.id(), first.id());
    assert_eq!(other.content_id(), first.content_id());
    let net = other
        .environments
        .get_mut("apps")
        .and_then(|apps| apps.components.get_mut("net"))
        .expect("there");
    net.sha256 = Digest::of("one byte more");
    assert_ne!(other.content_id(), first.content_id());
    assert_eq!(
        other.environments["ops"].digest(),
        first.environments["ops"].digest()
    );
    // As `sha256sum */*/SHA256SUMS | LC_ALL=C sort -k2` gives it: `net-x/` before `net/`.
    let lines: String = ["net-x", "net", "nginx"]
        .map(|name| {
            format!(
                "{}  {name}/SHA256SUMS\n",
                first.environments["ops"].components[name].sha256
            )
        })
        .concat();
    assert_eq!(first.environments["ops"].digest(), Digest::of(lines));
}

#[test]
fn refuses_by_name_what_is_not_a_release() {
    let text = release().to_text();
    for (from, to, why) in [
        (
            "release/v1",
            "release/v2",
            "`https://terrace/release/v2` is not known",
        ),
        ("\"platform\": \"acme\",", "", "platform: is missing"),
        (
            "\"name\": \"terrace\"",
            "\"name\": 1",
            "compiler.name: expected a text",
        ),
        (
            "\"platform\": \"acme\"",
            "\"extra\": 1, \"platform\": \"acme\"",
            "extra: unknown field",
        ),
        (
            "\"platform\": \"acme\"",
            "\"platform\": \"x\", \"platform\": \"acme\"",
            "duplicate key `platform`",
        ),
        ("\"terraform\"", "\"helm\"", "`helm` is neither"),
        ("\"nginx\"", "\"../nginx\"", "cannot be a rendered file"),
        ("\"net\"\n", "\"nix\"\n", "`nix` is not another component"),
        ("\"aaaa", "\"Aaaa", "source.commit: expected 40 or 64"),
        ("  \"compiler\"", " \"compiler\"", "not in canonical form"),
        (
            "ops->apps\": {\n      \"sha256\": \"",
            "ops->apps\": {\n      \"sha256\": \"0",
            "policies.ops->apps.sha256",
        ),
    ] {
        let broken = text.replace(from, to);
        assert_ne!(broken, text, "{from}");
        let error = ReleaseManifest::parse(broken.as_bytes()).expect_err(to);
        assert!(error.message.contains(why), "{to}: {}", error.message);
    }
}
