//! A tofu that is a shell script, and the world that it changes.
//!
//! Its plans say what they would do, are refused when the state has moved since,
//! and an apply is seen by every checkout, as with a remote state. The world is
//! a folder: `<env>/<root>/` holds `applied` (the digest of the root's
//! `SHA256SUMS`), `serial`, and the switches `fails`, `drift`, `replaces` and
//! `unreachable`.

use std::fs;
use std::path::{Path, PathBuf};

use terrace_testkit::Sandbox;

const SCRIPT: &str = r#"#!/bin/sh
root=${PWD##*/}; env=${PWD%/*}; env=${env##*/}
here="@CLOUD@/$env/$root"
get() { read -r value 2>/dev/null < "$here/$1" || value=$2; }
for last; do :; done
case "$*" in version*) echo '{"terraform_version":"1.10.0"}'; exit ;; esac
mkdir -p "$here"
case $1 in
init|fmt) ;;
validate) echo '{"valid":true,"diagnostics":[]}' ;;
output) echo '{}' ;;
plan)
  if [ -e "$here/unreachable" ]; then echo "Error: $env/$root does not answer" >&2; exit 1; fi
  get serial 0; serial=$value
  get applied none; have=$value
  want=$(sha256sum < SHA256SUMS | cut -c-64)
  action=no-op
  case $have in
  none) action=create ;;
  "$want") test -e "$here/drift" && action=update ;;
  *) action=update; test -e "$here/replaces" && action='delete","create' ;;
  esac
  for arg; do
    case $arg in
    -out=*) out=${arg#-out=} ;;
    -destroy) action=delete; test "$have" = none && action=no-op ;;
    -refresh-only) action=no-op; test -e "$here/drift" && action=update ;;
    esac
  done
  echo "$serial $action $want" > "$out"
  test "$action" = no-op || exit 2 ;;
show)
  read -r serial action want < "$last"
  drift=
  test -e "$here/drift" && drift='{"address":"thing.this","change":{"actions":["update"],"before":{"digest":"'$want'"},"after":{"digest":"by hand"}}}'
  echo '{"format_version":"1.2","terraform_version":"1.10.0","resource_drift":['"$drift"'],"resource_changes":[{"address":"thing.this","change":{"actions":["'"$action"'"],"after":{"digest":"'"$want"'"}}}]}' ;;
apply)
  read -r serial action want < "$last"
  get serial 0
  if [ "$serial" != "$value" ]; then echo 'Error: Saved plan is stale' >&2; exit 1; fi
  if [ -e "$here/fails" ]; then echo "Error: quota of $env/$root exceeded" >&2; exit 1; fi
  case $action in
  delete) rm -f "$here/applied" ;;
  *) echo "$want" > "$here/applied" ;;
  esac
  echo $((serial + 1)) > "$here/serial"
  rm -f "$here/drift"
  echo "$env/$root" >> "@CLOUD@/log" ;;
state)
  get serial 0
  test "$value" = 0 || echo '{"version":4,"serial":'"$value"',"lineage":"'"$env-$root"'","resources":[]}' ;;
*) echo "what is $1" >&2; exit 9 ;;
esac
"#;

/// The world that the fake tofu changes.
#[derive(Debug, Clone)]
pub(crate) struct Cloud {
    folder: PathBuf,
}

impl Cloud {
    /// Installs the fake tofu into the sandbox's `bin`.
    pub(crate) fn new(sandbox: &Sandbox) -> Self {
        let folder = sandbox.path("cloud");
        fs::create_dir_all(&folder).expect("a folder");
        let text = SCRIPT.replace("@CLOUD@", &folder.display().to_string());
        executable(&sandbox.path("bin/tofu"), &text);
        Self { folder }
    }

    fn file(&self, env: &str, root: &str, name: &str) -> PathBuf {
        let folder = self.folder.join(env).join(root);
        fs::create_dir_all(&folder).expect("a folder");
        folder.join(name)
    }

    fn switch(&self, env: &str, root: &str, name: &str, on: bool) {
        let file = self.file(env, root, name);
        match on {
            true => fs::write(file, "").expect("written"),
            false => fs::remove_file(file).expect("it was there"),
        }
    }

    /// The digest of the root's `SHA256SUMS` that was applied last.
    pub(crate) fn applied(&self, env: &str, root: &str) -> Option<String> {
        let text = fs::read_to_string(self.file(env, root, "applied")).ok()?;
        Some(text.trim().to_owned())
    }

    /// Every apply since the start, `env/root`, in order.
    pub(crate) fn log(&self) -> Vec<String> {
        let text = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Applies of this root fail, or no longer do.
    pub(crate) fn fails(&self, env: &str, root: &str, on: bool) {
        self.switch(env, root, "fails", on);
    }

    /// Someone changes a resource by hand; the next apply puts it right.
    pub(crate) fn drift(&self, env: &str, root: &str) {
        self.switch(env, root, "drift", true);
    }

    /// Changes of this root replace its resource, or no longer do.
    pub(crate) fn replaces(&self, env: &str, root: &str, on: bool) {
        self.switch(env, root, "replaces", on);
    }

    /// No plan of this root can be made, or can again.
    pub(crate) fn unreachable(&self, env: &str, root: &str, on: bool) {
        self.switch(env, root, "unreachable", on);
    }

    /// Someone else's apply moves the state's serial.
    pub(crate) fn move_serial(&self, env: &str, root: &str) {
        let file = self.file(env, root, "serial");
        let old: u64 = fs::read_to_string(&file)
            .ok()
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(0);
        fs::write(file, format!("{}\n", old + 1)).expect("written");
    }
}

/// Writes a program.
pub(crate) fn executable(file: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    // Replaced, not written over: an earlier one may still run.
    let new = file.with_extension("new");
    fs::write(&new, text).expect("a script");
    fs::set_permissions(&new, fs::Permissions::from_mode(0o755)).expect("its mode");
    fs::rename(&new, file).expect("a script");
}
