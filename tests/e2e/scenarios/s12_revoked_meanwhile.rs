//! S12: a revocation lands between a promoter's read and its push: the promoter
//! loses the race, asks again, and refuses. It never rebases what it decided.

use super::cloud::executable;
use super::platform::Platform;

#[test]
fn a_revocation_between_read_and_push_is_obeyed() {
    let platform = Platform::remote();
    platform.through_ops();
    let release = platform.release_of("ops").expect("a release");
    let loser = platform.clone_of();
    // A git that lets someone else revoke just before the first push.
    let (bin, git) = (
        platform.sandbox.path("slow"),
        platform.sandbox.path("bin/git"),
    );
    std::fs::create_dir(&bin).expect("a folder");
    let once = platform.sandbox.path("revoked");
    let script = format!(
        "#!/bin/sh\ncase \" $* \" in *' push '*)\n  if mkdir {once} 2>/dev/null; then\n    \
         (cd {there} && {terrace} revoke {release} --reason 'a hole' --key {key}) > {once}/out 2>&1 || exit 99\n  fi ;;\nesac\n\
         exec {git} \"$@\"\n",
        once = once.display(),
        there = platform.folder.display(),
        terrace = crate::support::TERRACE,
        key = platform.key("rex").display(),
        git = git.display(),
    );
    // The revoker has the ordinary git.
    let plain = platform.sandbox.path("bin").display().to_string();
    let script = script.replace("(cd", &format!("(export PATH={plain}; cd"));
    executable(&bin.join("git"), &script);
    let path = format!("{}:{plain}", bin.display());
    let slow = loser.cli.clone().variable("PATH", &path);
    let before = platform.entries().len();
    let ran = slow.run(["promote", "apps"]);
    assert_eq!(ran.code, 3, "{ran}");
    assert!(ran.stdout.contains("revoked"), "{ran}");
    assert!(once.exists(), "the revocation came first");
    assert_eq!(platform.entries().len(), before + 1, "only the revocation");
    assert_eq!(platform.release_of("apps"), None);
    platform.verifies();
}

#[test]
fn what_is_revoked_is_not_carried_out_and_comes_back_under_no_other_name() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    let release = platform.release_of("ops").expect("a release");
    platform.ok(&["promote", "apps"]);
    let revoked = platform.as_("rex", &["revoke", &release, "--reason", "a hole"]);
    assert_eq!(revoked.code, 0, "{revoked}");
    let before = platform.entries().len();
    platform.refused(&["apply", "apps"], &["I4 revoked", "a hole"]);
    platform.refused(&["resume", "apps"], &["I4 revoked"]);
    platform.refused(&["validate", "ops"], &["I4 revoked"]);
    // The same bytes of another commit are another release.
    platform.git(&["commit", "--quiet", "--allow-empty", "-m", "nothing"]);
    platform.refused(&["promote", "ops"], &["I4 revoked", "has the content of"]);
    assert_eq!(platform.entries().len(), before);
    platform.verifies();
}

#[test]
fn what_was_validated_under_revoked_rules_counts_for_nothing() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    let words = [
        "revoke",
        "apps",
        "--policy",
        "--reason",
        "the gate looks at nothing",
    ];
    let wrong = platform.as_("ci", &words);
    assert_eq!(wrong.code, 3, "{wrong}");
    let ran = platform.as_("rex", &words);
    assert_eq!(ran.code, 0, "{ran}");
    let says = ["I4 revoked", "mend the rules of ops->apps"];
    platform.refused(&["promote", "apps"], &says);
    // The same rules again do not help; others do.
    platform.ok(&["validate", "ops"]);
    platform.refused(&["promote", "apps"], &says);
    platform.edit("gates/smoke.sh", "test !", "true; test !");
    platform.commit("a gate that looks");
    platform.ok(&["validate", "ops"]);
    platform.ok(&["promote", "apps"]);
    platform.verifies();
    // Into an entry no promotion leads, so there are no rules to revoke.
    let words = ["revoke", "ops", "--policy", "--reason", "x"];
    let ran = platform.as_("rex", &words);
    assert_eq!(ran.code, 3, "{ran}");
}
