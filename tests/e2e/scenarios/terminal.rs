//! What a signer wrote is shown as text: it moves no cursor, hides nothing, and
//! begins no line that terrace did not write.

use super::platform::Platform;

/// A reason that would clear the screen, turn the text around, and claim that the
/// environment is ready.
const REASON: &str = "x\n\u{1b}[2J\u{9b}31m\u{202e}\r\napps ready     release 123";

#[test]
fn a_reason_forges_no_line_and_reaches_the_terminal_escaped() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    platform.ok(&["hold", "apps", "--reason", REASON]);
    let shown = r"x\n\u{1b}[2J\u{9b}31m\u{202e}\r\napps ready";
    for (args, code) in [(&["status"][..], 0), (&["promote", "apps"], 3)] {
        let ran = platform.exits(code, args);
        assert!(ran.stdout.contains(shown), "{ran}");
        let all = format!("{}{}", ran.stdout, ran.stderr);
        let obeyed = |char: char| char != '\n' && (char.is_control() || char == '\u{202e}');
        assert!(!all.contains(obeyed), "{all:?}");
        let forged = all.lines().any(|line| line.starts_with("apps ready"));
        assert!(!forged, "{ran}");
    }
    // Programs get what was signed, in JSON that a terminal shows as it is.
    let ran = platform.ok(&["status", "--json"]);
    assert!(
        !ran.stdout.contains(['\u{1b}', '\u{9b}', '\u{202e}']),
        "{ran}"
    );
    let apps = &ran.json()["data"]["matrix"]["environments"][1];
    assert_eq!(apps["hold"].as_str(), Some(REASON), "{apps}");
}
