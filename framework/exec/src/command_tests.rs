//! Real children of `/bin/sh`.

use super::*;
use crate::clock::Frozen;

fn sh(script: &str) -> Command {
    Command::new("/bin/sh")
        .args(["-c", script])
        .environment([("PATH", "/usr/bin:/bin")].into_iter().collect())
        .ladder(Ladder {
            interrupt: Duration::from_millis(300),
            terminate: Duration::from_millis(300),
        })
}

fn run(command: &Command) -> Outcome {
    let context = Context {
        clock: &Frozen::default(),
        cancel: &Cancel::new(),
    };
    command.run_quietly(&context).expect("it runs")
}

#[test]
fn gives_status_output_and_nothing_else() {
    let outcome = run(&sh("echo out; echo err >&2; exit 3"));
    assert_eq!(outcome.exit, Exit::Code(3));
    assert_eq!(outcome.stdout.text(), "out\n");
    assert_eq!(outcome.stderr.text(), "err\n");
    assert_eq!(outcome.duration, Duration::ZERO);
    assert_eq!(
        (outcome.stopped, outcome.killed, outcome.output_held),
        (None, false, false)
    );
    assert_eq!(run(&sh("kill -9 $$")).exit, Exit::Signal(9));
}

#[test]
fn the_environment_and_input_are_what_was_given() {
    let command = sh(
        "/usr/bin/env | /usr/bin/sort | /bin/grep -v -e ^PWD -e ^_= -e SHLVL; read x || echo none",
    );
    assert_eq!(run(&command).stdout.text(), "PATH=/usr/bin:/bin\nnone\n");
    let large = vec![b'x'; 1 << 20];
    let outcome = run(&sh("/usr/bin/wc -c; pwd").stdin(large.clone()).folder("/"));
    assert_eq!(outcome.stdout.text().replace(' ', ""), "1048576\n/\n");
    assert!(run(&sh("exit 0").stdin(large)).success());
}

#[test]
fn programs_that_cannot_be_started_are_named() {
    let context = Context {
        clock: &Frozen::default(),
        cancel: &Cancel::new(),
    };
    let missing = Command::new("/no/such").run_quietly(&context);
    assert!(
        matches!(missing, Err(ExecError::Missing { .. })),
        "{missing:?}"
    );
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("tool");
    std::fs::write(&file, "#!/no/such/interpreter\n").expect("written");
    let plain = Command::new(&file).run_quietly(&context);
    assert!(matches!(plain, Err(ExecError::Missing { .. })), "{plain:?}");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&file, mode).expect("mode");
    let broken = Command::new(&file).run_quietly(&context);
    assert!(matches!(broken, Err(ExecError::Start { .. })), "{broken:?}");
}

#[test]
fn a_hanging_child_goes_down_the_ladder() {
    // Long enough for a shell to set its trap on a busy machine.
    let limit = Duration::from_millis(1500);
    let patient = Ladder {
        interrupt: Duration::from_secs(60),
        terminate: Duration::from_secs(60),
    };
    let polite = sh("trap 'echo int; exit 7' INT; while :; do sleep 0.05; done");
    let outcome = run(&polite.timeout(limit).ladder(patient));
    assert_eq!(outcome.stopped, Some(Stopped::TimedOut));
    assert_eq!(outcome.exit, Exit::Code(7));
    assert_eq!(outcome.stdout.text(), "int\n");
    assert!(!outcome.success() && !outcome.killed);

    let deaf = sh("trap '' INT TERM; echo deaf; while :; do sleep 0.05; done");
    let deaf = run(&deaf.timeout(limit));
    assert_eq!(deaf.exit, Exit::Signal(9));
    assert!(deaf.killed);
    assert_eq!(deaf.stdout.text(), "deaf\n");
}

#[test]
fn cancelling_sends_each_signal_once() {
    let cancel = Cancel::new();
    let script = "n=0; trap 'n=$((n+1)); echo int $n' INT; trap 'echo term; exit 5' TERM; \
                  echo ready; while :; do sleep 0.02; done";
    let command = sh(script).ladder(Ladder {
        interrupt: Duration::from_secs(60),
        terminate: Duration::from_secs(60),
    });
    let context = Context {
        clock: &Frozen::default(),
        cancel: &cancel,
    };
    let mut seen = Vec::new();
    let outcome = command
        .run(&context, &mut |line| {
            // The shell itself remarks on standard error that `sleep` was killed.
            if line.stream == Stream::Stdout {
                seen.push(line.text.to_owned());
            }
            // Ready: the first signal. Seen it: the second.
            if line.text == "ready" || line.text == "int 1" {
                cancel.escalate();
            }
        })
        .expect("it runs");
    assert_eq!(seen, ["ready", "int 1", "term"]);
    assert_eq!(outcome.exit, Exit::Code(5));
    assert_eq!(outcome.stopped, Some(Stopped::Cancelled));
}

#[test]
fn a_raised_token_stops_a_child_at_once() {
    let cancel = Cancel::new();
    cancel.raise(Level::Kill);
    let context = Context {
        clock: &Frozen::default(),
        cancel: &cancel.child(),
    };
    let outcome = sh("sleep 60").run_quietly(&context).expect("it runs");
    assert_eq!(outcome.stopped, Some(Stopped::Cancelled));
    assert!(matches!(outcome.exit, Exit::Signal(_)));
}

#[test]
fn grandchildren_that_hold_the_output_do_not_hold_us() {
    let begin = Instant::now();
    let outcome = run(&sh("sleep 60 & echo $!"));
    assert!(outcome.output_held);
    assert_eq!(outcome.exit, Exit::Code(0));
    let pid: i32 = outcome.stdout.text().trim().parse().expect("a pid");
    let pid = rustix::process::Pid::from_raw(pid).expect("a pid");
    while rustix::process::test_kill_process(pid).is_ok() && begin.elapsed().as_secs() < 20 {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(
        begin.elapsed() < Duration::from_secs(20),
        "killed with its group"
    );
}

#[test]
fn a_process_that_left_the_group_does_not_hold_us_either() {
    if !Path::new("/usr/bin/setsid").exists() {
        println!("skipped: a_process_that_left_the_group: no setsid");
        return;
    }
    let begin = Instant::now();
    let outcome = run(&sh("/usr/bin/setsid sleep 30 & echo here"));
    assert!(outcome.output_held);
    assert_eq!(outcome.stdout.text(), "here\n");
    assert!(begin.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_gigabyte_costs_nothing_but_time() {
    let megabytes = 1024;
    let script = format!("/usr/bin/head -c {megabytes}M /dev/zero | /usr/bin/tr '\\0' x; echo end");
    let outcome = run(&sh(&script));
    assert_eq!(outcome.stdout.total(), (megabytes << 20) + 4);
    assert!(!outcome.stdout.is_complete());
    let text = outcome.stdout.text();
    assert!(text.len() < 300 << 10);
    assert!(text.ends_with("xend\n"));
}

#[test]
fn lines_come_without_escapes_secrets_and_bad_bytes() {
    let secrets = Secrets::new(["s3cr3t-value"]);
    let script = r"printf '\033[31mred s3cr'; sleep 0.1; printf '3t-value\033[0m\n\377bad\nlast'; echo s3cr3t-value >&2";
    let mut seen = Vec::new();
    let context = Context {
        clock: &Frozen::default(),
        cancel: &Cancel::new(),
    };
    let outcome = sh(script)
        .secrets(secrets)
        .run(&context, &mut |line| {
            seen.push((line.stream, line.text.to_owned()));
        })
        .expect("it runs");
    seen.sort();
    let texts: Vec<&str> = seen.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(
        texts,
        ["last", "red (redacted)", "\u{fffd}bad", "(redacted)"]
    );
    assert_eq!(outcome.stdout.text(), "red (redacted)\n\u{fffd}bad\nlast");
    assert_eq!(outcome.stderr.text(), "(redacted)\n");
}

#[test]
fn data_is_kept_byte_for_byte() {
    let outcome = run(&sh(r"printf '\033[31m\000\377'").data(1 << 20));
    assert_eq!(
        outcome.stdout.into_bytes().as_deref(),
        Some(&b"\x1b[31m\0\xff"[..])
    );
    let outcome = run(&sh("echo 12345").data(3));
    assert_eq!(outcome.stdout.into_bytes(), None);
}

#[test]
fn spooled_output_is_the_same_output() {
    let folder = tempfile::tempdir().expect("folder");
    let mut seen = Vec::new();
    let context = Context {
        clock: &Frozen::default(),
        cancel: &Cancel::new(),
    };
    let outcome = sh("echo one; sleep 0.1; echo two; echo err >&2; printf last; exit 3")
        .spool(folder.path())
        .run(&context, &mut |line| seen.push(line.text.to_owned()))
        .expect("it runs");
    seen.sort();
    assert_eq!(seen, ["err", "last", "one", "two"]);
    assert_eq!((outcome.exit, outcome.output_held), (Exit::Code(3), false));
    assert_eq!(outcome.stdout.text(), "one\ntwo\nlast");
    assert_eq!(outcome.stderr.text(), "err\n");
    let mode = std::fs::metadata(folder.path().join("stdout"))
        .expect("file")
        .permissions();
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777,
        0o600
    );

    let large = sh("/usr/bin/head -c 100M /dev/zero | /usr/bin/tr '\\0' x; echo end");
    let outcome = run(&large.spool(folder.path()));
    assert_eq!(outcome.stdout.total(), (100 << 20) + 4);
    assert!(outcome.stdout.text().ends_with("xend\n"));
    let hangs = run(&sh("echo here; sleep 60")
        .spool(folder.path())
        .timeout(Duration::from_millis(1500)));
    assert_eq!(hangs.stopped, Some(Stopped::TimedOut));
    assert_eq!(hangs.stdout.text(), "here\n");
}
