use proptest::prelude::*;

use super::*;

fn allows(constraint: &str, version: &str) -> bool {
    let constraints = Constraints::parse(constraint).expect(constraint);
    constraints.allow(&Version::parse(version).expect(version))
}

/// Cases as go-version's own tests state them.
#[test]
fn constraints_hold_as_in_go_version() {
    for (constraint, version, holds) in [
        (">= 1.0, < 1.2", "1.1.5", true),
        ("< 1.0, < 1.2", "1.1.5", false),
        ("= 1.0", "1.1.5", false),
        ("= 1.0", "1.0.0", true),
        ("1.0", "1.0.0", true),
        ("~> 1.0", "2.0", false),
        ("~> 1.0", "1.1", true),
        ("~> 1.0", "1.2.3", true),
        ("~> 1.0.0", "1.2.3", false),
        ("~> 1.0.0", "1.0.7", true),
        ("~> 1.0.7", "1.0.4", false),
        ("~> 1.0.9.5", "1.0.9.5", true),
        ("~> 1.0.9.5", "1.0.9.6", true),
        ("~> 1.0.9.5", "1.0.9.4", false),
        ("~> 2.0", "2.1.0-beta", false),
        ("~> 2.1.0-a", "2.2.0", false),
        ("~> 2.1.0-a", "2.1.0", false),
        ("~> 2.1.0-a", "2.1.0-beta", true),
        ("~> 2.1.0-a", "2.2.0-alpha", false),
        ("> 2.0", "2.1.0-beta", false),
        (">= 2.1.0-a", "2.1.0-beta", true),
        (">= 2.1.0-a", "2.1.1-beta", false),
        (">= 2.0.0", "2.1.0-beta", false),
        (">= 2.1.0-a", "2.1.1", true),
        ("<= 2.1.0-a", "2.0.0", true),
        ("!= 1.2", "1.2.0", false),
        ("!= 1.2", "1.2.1", true),
        ("", "0.0.1", true),
    ] {
        assert_eq!(allows(constraint, version), holds, "{constraint} {version}");
    }
    for bad in [">= x", "1.0,,2.0", "=> 1", "1.2.*", "^1.2", ">= 1 < 2"] {
        assert!(Constraints::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn the_newest_release_wins_and_prereleases_are_asked_for() {
    let versions: Vec<Version> = ["1.0.0", "v1.10.0", "1.9.3", "2.0.0-rc1", "1.10.1-beta"]
        .iter()
        .map(|text| Version::parse(text).expect(text))
        .collect();
    let pick = |constraint: &str| {
        let constraints = Constraints::parse(constraint).expect(constraint);
        select(&versions, &constraints).map(|version| version.as_str().to_owned())
    };
    assert_eq!(pick("").as_deref(), Some("v1.10.0"));
    assert_eq!(pick("~> 1.9.0").as_deref(), Some("1.9.3"));
    assert_eq!(pick("2.0.0-rc1").as_deref(), Some("2.0.0-rc1"));
    assert_eq!(pick(">= 1.10.1-alpha"), None);
    assert_eq!(pick("~> 3.0"), None);
}

#[test]
fn orders_prereleases() {
    let order = [
        "1.0.0-1",
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-beta",
        "1.0.0",
        "1.0.1",
    ];
    for pair in order.windows(2) {
        let (a, b) = (Version::parse(pair[0]), Version::parse(pair[1]));
        assert!(a < b, "{pair:?}");
    }
    assert_eq!(Version::parse("1.0"), Version::parse("1.0.0+build"));
    for bad in ["", "1.", "a", "1.0.0-", "1..2", "1.0.0+"] {
        assert!(Version::parse(bad).is_none(), "{bad}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn reading_never_panics_and_printing_is_stable(text in "[ -~]{0,24}") {
        if let Ok(constraints) = Constraints::parse(&text) {
            let shown = constraints.to_string();
            let again = Constraints::parse(&shown).expect("its own text").to_string();
            prop_assert_eq!(shown, again);
        }
        let _ = crate::address::terraform::parse(&text);
        let _ = crate::address::kustomize::parse(&text);
    }
}
