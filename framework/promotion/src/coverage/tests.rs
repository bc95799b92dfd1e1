use super::*;

fn origin(layer: &str, line: u32) -> Origin {
    Origin {
        layer: String::from(layer),
        file: format!("{layer}/eks.hcl"),
        line,
        parametric: false,
    }
}

fn name(path: &str) -> LeafName {
    LeafName {
        component: String::from("eks"),
        path: String::from(path),
    }
}

fn changed(path: &str, after: Option<&str>, origin: Origin) -> ChangedLeaf {
    ChangedLeaf {
        name: name(path),
        before: Some(String::from("1")),
        after: after.map(String::from),
        origin,
        twin: None,
        reads: Vec::new(),
    }
}

fn source() -> Source {
    let leaf = |value: &str, origin: Origin| SourceLeaf {
        value: String::from(value),
        origin,
        moved: true,
        reads: BTreeMap::new(),
    };
    Source {
        layers: ["base", "ops"].map(String::from).into(),
        components: [String::from("eks")].into(),
        leaves: [
            (name("version"), leaf("2", origin("base", 3))),
            (name("max"), leaf("3", origin("ops", 6))),
            (name("old"), leaf("9", origin("ops", 8))),
            (
                name("name"),
                leaf(
                    "ops",
                    Origin {
                        parametric: true,
                        ..origin("base", 5)
                    },
                ),
            ),
        ]
        .into(),
        ..Source::default()
    }
}

#[test]
fn tells_exercised_from_masked_from_target_only() {
    let parametric = Origin {
        parametric: true,
        ..origin("base", 5)
    };
    let mut elsewhere = changed("x", Some("1"), origin("base", 1));
    elsewhere.name.component = String::from("apps_only");
    let report = classify(
        [
            changed("version", Some("2"), origin("base", 3)),
            changed("max", Some("20"), origin("base", 14)),
            changed("name", Some("apps"), parametric),
            changed("extra", Some("1"), origin("apps", 2)),
            changed("version2", None, origin("base", 9)),
            changed("old", None, origin("base", 8)),
            elsewhere,
        ],
        &source(),
        [],
    );
    let class = |path: &str| {
        let item = report.items.iter().find(|item| item.name.path == path);
        item.expect(path).class
    };
    assert_eq!(class("version"), Class::Exercised);
    assert_eq!(class("name"), Class::Exercised);
    assert_eq!(class("version2"), Class::Exercised);
    assert_eq!(class("max"), Class::Masked);
    assert_eq!(class("old"), Class::Masked);
    assert_eq!(class("extra"), Class::TargetOnly);
    assert_eq!(class("x"), Class::TargetOnly);
    let masked = report.open().find(|item| item.name.path == "max");
    assert_eq!(
        masked.expect("open").to_string(),
        "eks .max base/eks.hcl:14 masked by ops/eks.hcl:6"
    );
    assert_eq!(report.percent(), 42);
}

#[test]
fn the_same_place_with_another_value_is_not_exercised() {
    // A local that layers override: one line, two values, not parametric.
    let report = classify(
        [changed("version", Some("7"), origin("base", 3))],
        &source(),
        [],
    );
    assert_eq!(report.items[0].class, Class::Masked);
}

#[test]
fn any_change_gives_the_list_another_name_and_gates_shorten_it() {
    let leaves = |after: &str| {
        vec![
            changed("max", Some(after), origin("base", 14)),
            changed("version", Some("2"), origin("base", 3)),
        ]
    };
    let list = classify(leaves("20"), &source(), []).digest();
    assert!(list.is_some());
    // Lines may move; what counts is what changes.
    let mut moved = leaves("20");
    moved[0].origin.line = 15;
    assert_eq!(classify(moved, &source(), []).digest(), list);
    assert_ne!(classify(leaves("21"), &source(), []).digest(), list);
    let covered = classify(leaves("20"), &source(), ["eks.m*"]);
    assert_eq!(covered.digest(), None);
    assert_eq!(covered.percent(), 100);
}
