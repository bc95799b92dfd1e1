//! Running the binary with somebody at a terminal.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::cli::{Cli, Ran};

/// How long to wait for a prompt.
const PATIENCE: Duration = Duration::from_secs(60);

impl Cli {
    /// Runs it on a terminal where somebody types a line whenever a prompt that
    /// ends in `: ` shows, and Ctrl-C when there are no more lines. All that the
    /// terminal showed is `stdout`, without control sequences.
    #[expect(
        clippy::disallowed_methods,
        reason = "a terminal as standard input, which terrace-exec never gives"
    )]
    pub fn on_terminal(&self, args: &[&str], lines: &[&str]) -> Ran {
        let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&controller).expect("a terminal");
        unlockpt(&controller).expect("a terminal");
        let name = ptsname(&controller, Vec::new()).expect("its name");
        let terminal = File::options()
            .read(true)
            .write(true)
            .open(name.to_str().expect("a name"))
            .expect("a terminal");
        let end = || Stdio::from(terminal.try_clone().expect("a terminal"));
        let mut child = Command::new(&self.program)
            .args(args)
            .env_clear()
            .envs(self.variables.iter())
            .current_dir(&self.folder)
            .stdin(end())
            .stdout(end())
            .stderr(end())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", self.program.display()));
        drop(terminal);
        let mut controller = File::from(controller);
        let mut typed = controller.try_clone().expect("a terminal");
        let (send, shown) = std::sync::mpsc::channel();
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // Reading fails when the last one with the terminal open is gone.
            while let Ok(length @ 1..) = controller.read(&mut buffer) {
                if send.send(buffer[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        let mut lines = lines.iter();
        let mut screen = Vec::new();
        let mut answered = 0;
        loop {
            match shown.recv_timeout(PATIENCE) {
                Ok(bytes) => screen.extend(bytes),
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => break,
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
                    let _ = child.kill();
                    panic!("no prompt: {}", plain(&screen));
                }
            }
            if plain(&screen[answered..]).ends_with(": ") {
                answered = screen.len();
                match lines.next() {
                    Some(line) => write!(typed, "{line}\r").expect("typing"),
                    None => typed.write_all(b"\x03").expect("typing"),
                }
            }
        }
        reader.join().expect("reads");
        let status = child.wait().expect("its end");
        Ran {
            code: status
                .code()
                .unwrap_or_else(|| 128 + status.signal().unwrap_or_default()),
            stdout: self.normalised(plain(&screen)),
            stderr: String::new(),
        }
    }
}

/// What a person sees: no control sequences (ECMA-48, section 5.4), lines with
/// `\n`.
fn plain(screen: &[u8]) -> String {
    let text = String::from_utf8_lossy(screen);
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(next) = chars.next() {
        match next {
            '\u{1b}' if chars.as_str().starts_with('[') => {
                chars.next();
                let _ = chars.find(|last| ('@'..='~').contains(last));
            }
            '\r' => {}
            next => out.push(next),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Sandbox;

    #[test]
    fn somebody_answers() {
        let sandbox = Sandbox::default();
        let cli = Cli::new("/bin/sh", &sandbox);
        let script = "printf '\\033[1mName\\033[0m: '; read name; test -t 0; echo $? $name; exit 3";
        let ran = cli.on_terminal(&["-c", script], &["wile"]);
        assert_eq!(ran.code, 3);
        assert!(ran.stdout.ends_with("0 wile\n"), "{ran}");
        assert!(ran.stdout.starts_with("Name: "), "{ran}");
    }
}
