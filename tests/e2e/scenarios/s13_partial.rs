//! S13: the apply of the second of three roots fails: the environment is degraded
//! (6) and says of each root what it runs. `resume` completes it; a rollback puts
//! all three back. What was good before stays so until then.

use super::platform::Platform;

const ROOTS: [&str; 3] = ["network", "cluster", "service"];

/// All three change, and the second one's apply in apps fails.
fn degraded() -> (Platform, String) {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    platform.deploy("apps");
    let good = platform.release_of("apps").expect("a release");
    for root in ROOTS {
        platform.resize(root, 5);
    }
    platform.through_ops();
    platform.cloud.fails("apps", "cluster", true);
    platform.ok(&["promote", "apps"]);
    let ran = platform.exits(6, &["apply", "apps"]);
    assert!(ran.stdout.contains("apps/network: applied"), "{ran}");
    assert!(ran.stdout.contains("apps/cluster: failed"), "{ran}");
    assert!(
        ran.stdout
            .contains("apps/service: skipped: waits for cluster"),
        "{ran}"
    );
    let status = platform.ok(&["status"]);
    assert!(status.stdout.contains("DEGRADED"), "{status}");
    (platform, good)
}

/// Digests of what runs.
fn runs(platform: &Platform) -> Vec<Option<String>> {
    ROOTS
        .iter()
        .map(|root| platform.cloud.applied("apps", root))
        .collect()
}

/// How the components of apps stand, and the digest of what each runs.
fn cells(platform: &Platform) -> Vec<(String, String)> {
    let status = platform.json(&["status"]);
    let rows = status["matrix"]["components"].as_array().expect("rows");
    let cell = |root: &&str| {
        let mut rows = rows.iter();
        let row = rows.find(|row| row["component"] == **root).expect("a row");
        let cell = &row["cells"][1];
        let word = |name: &str| cell[name].as_str().expect("text").to_owned();
        (word("standing"), word("runs"))
    };
    ROOTS.iter().map(cell).collect()
}

/// I14: nothing that runs is shown as something else.
#[test]
fn status_says_of_each_root_what_it_runs() {
    let (platform, _) = degraded();
    let wanted: Vec<String> = ROOTS
        .iter()
        .map(|root| platform.cloud.applied("apps", root).expect("it runs"))
        .collect();
    let shown = cells(&platform);
    // The one that failed may be anything; the one that waited runs what it ran.
    assert_eq!(shown[0], (String::from("current"), wanted[0].clone()));
    assert_eq!(shown[1].0, "failed");
    assert_eq!(shown[2], (String::from("pending"), wanted[2].clone()));
    let status = platform.ok(&["status"]);
    let says = [
        "apps is DEGRADED: cluster failed",
        "fix: terrace resume apps",
    ];
    for words in says {
        assert!(status.stdout.contains(words), "{words}\n{status}");
    }
    // Until the rollback is applied the first one still runs the newer bytes.
    platform.ok(&["rollback", "apps"]);
    let shown = cells(&platform);
    assert_eq!(shown[0], (String::from("pending"), wanted[0].clone()));
    assert_eq!(shown[1].0, "failed");
    assert_eq!(shown[2].1, wanted[2]);
    platform.cloud.fails("apps", "cluster", false);
    platform.ok(&["apply", "apps"]);
    let standing: Vec<String> = cells(&platform).into_iter().map(|cell| cell.0).collect();
    assert_eq!(standing, ["behind", "behind", "behind"]);
    platform.verifies();
}

#[test]
fn resume_completes_what_is_left_and_nothing_twice() {
    let (platform, _) = degraded();
    let before = platform.cloud.log();
    platform.cloud.fails("apps", "cluster", false);
    platform.ok(&["resume", "apps"]);
    let log = platform.cloud.log();
    assert_eq!(log[before.len()..], ["apps/cluster", "apps/service"]);
    platform.ok(&["verify"]);
}

#[test]
fn rollback_restores_all_three() {
    let (platform, good) = degraded();
    platform.cloud.fails("apps", "cluster", false);
    platform.ok(&["rollback", "apps"]);
    assert_eq!(platform.release_of("apps").as_ref(), Some(&good));
    platform.ok(&["apply", "apps"]);
    let names = ROOTS.map(|root| format!("env/apps:{root}/SHA256SUMS"));
    let wanted: Vec<Option<String>> = names
        .iter()
        .map(|name| {
            use terrace_release::Digest;
            let text = platform.git_there(&["cat-file", "blob", name]);
            Some(Digest::of(format!("{text}\n")).to_string())
        })
        .collect();
    assert_eq!(runs(&platform), wanted);
    platform.ok(&["verify"]);
}
