//! S22: files that would not be the same everywhere do not become a release, or
//! become the same bytes everywhere.

use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::platform::Platform;

/// The digest of ops' network folder in the last release.
fn digest(platform: &Platform) -> String {
    platform.git_there(&["rev-parse", "terrace/releases:ops/network"])
}

fn committed(platform: &Platform) -> terrace_testkit::Ran {
    platform.commit("files");
    platform.run(&["promote", "ops"])
}

#[test]
fn modes_do_not_matter() {
    let platform = Platform::new("expires = \"24h\"");
    platform.ok(&["promote", "ops"]);
    let before = digest(&platform);
    let file = platform.folder.join("modules/thing/main.tf");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("set");
    assert_eq!(committed(&platform).code, 0);
    assert_eq!(digest(&platform), before, "an executable bit");
}

#[test]
fn what_would_differ_elsewhere_is_refused() {
    for what in ["case", "link out", "name", "submodule"] {
        let platform = Platform::new("expires = \"24h\"");
        platform.ok(&["promote", "ops"]);
        let before = platform.refs();
        let module = platform.folder.join("modules/thing");
        match what {
            "case" => {
                std::fs::write(module.join("data.txt"), "1").expect("written");
                std::fs::write(module.join("DATA.txt"), "2").expect("written");
            }
            "link out" => symlink("/etc/passwd", module.join("passwd.tf")).expect("a link"),
            "submodule" => {
                platform.git(&["init", "-q", "-b", "main", "modules/thing/other"]);
                platform.shell(
                    "cd modules/thing/other && echo '# more' > more.tf && git add . && git commit -qm more",
                );
            }
            _ => {
                let name = std::ffi::OsStr::from_bytes(b"caf\xe9.txt");
                std::fs::write(module.join(name), "1").expect("written");
            }
        }
        // It is seen before it is committed.
        let check = platform.run(&["check"]);
        let ran = committed(&platform);
        assert_eq!(ran.code, 1, "{what}\n{ran}");
        assert_eq!(platform.refs(), before, "{what}");
        for line in ran.stderr.lines().filter(|line| line.starts_with("error")) {
            assert!(check.stderr.contains(line), "{what}\n{line}\n{check}");
        }
    }
}

#[test]
fn line_ends_and_marks_stay_what_they_are() {
    // Terraform reads both; the bytes are the release's, on every machine.
    let platform = Platform::new("expires = \"24h\"");
    for (what, from, to) in [
        ("CRLF", "\n", "\r\n"),
        ("BOM", "variable \"size\"", "\u{feff}variable \"size\""),
    ] {
        let file = platform.folder.join("modules/thing/main.tf");
        let text = std::fs::read_to_string(&file).expect("read");
        std::fs::write(&file, text.replacen(from, to, usize::MAX)).expect("written");
        let ran = committed(&platform);
        let clone = platform.sandbox.path(&format!("elsewhere-{what}"));
        platform.git(&[
            "clone",
            "-q",
            &platform.folder.display().to_string(),
            &clone.display().to_string(),
        ]);
        assert_eq!(ran.code, 0, "{what}\n{ran}");
        let there = platform
            .cli
            .clone()
            .folder(&clone)
            .run(["render", "--no-sync"]);
        assert_eq!(there.code, 0, "{what}\n{there}");
        let rendered = std::fs::read(clone.join("rendered/ops/network/SHA256SUMS")).expect("read");
        let stored = platform.git_there(&["show", "terrace/releases:ops/network/SHA256SUMS"]);
        assert_eq!(
            String::from_utf8_lossy(&rendered).trim_end(),
            stored,
            "{what}"
        );
    }
}

/// A submodule, a name that is not UTF-8 and links to anywhere, beside what the
/// platform is made of.
fn beside(platform: &Platform) {
    platform.shell(
        r#"set -e
        printf x > "$(printf 'caf\351.txt')"
        mkdir -p docs && ln -s /etc/hostname docs/away && ln -s nowhere docs/dangling
        git init -q ../other
        git -C ../other -c user.name=a -c user.email=a@example.com commit -q --allow-empty -m other
        git -c protocol.file.allow=always submodule --quiet add ../other third_party/other"#,
    );
    platform.commit("beside the platform");
}

#[test]
fn what_is_no_source_stands_in_nobodys_way() {
    let platform = Platform::new("expires = \"24h\"");
    beside(&platform);
    platform.through_apps();
    platform.resize("network", 2);
    platform.through_apps();
    platform.ok(&["rollback", "apps"]);
    platform.ok(&["status"]);
    platform.ok(&["plan", "ops", "--render"]);
    let ran = platform.as_("ci", &["hold", "ops", "--reason", "later"]);
    assert_eq!(ran.code, 0, "{ran}");
    platform.verifies();
    // An untracked one is in no commit, so what is checked out is not committed.
    platform.shell(r#"printf x > "$(printf 'new\351.txt')""#);
    let ran = platform.exits(1, &["promote", "ops"]);
    assert!(ran.stderr.contains("error[E1336]"), "{ran}");
}
