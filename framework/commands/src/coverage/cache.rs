//! The last report of each edge, in the git folder. It is believed only where
//! nothing but a report comes of it; losing it only costs time.

use std::io::Write as _;
use std::path::PathBuf;

use terrace_promotion::coverage::Report;
use terrace_release::Digest;
use terrace_release::json::{self, Value, object};

use crate::ledger::Session;

/// The folder in the git folder.
const FOLDER: &str = "terrace/coverage";

/// A larger report is made anew each time.
const LARGEST: usize = 16 << 20;

/// What a report depends on.
pub(super) fn key(
    current: Option<Digest>,
    release: Digest,
    from: &str,
    to: &str,
    covers: &[&str],
) -> Digest {
    let text = object([
        ("compiler", env!("CARGO_PKG_VERSION").into()),
        ("covers", covers.iter().copied().collect()),
        ("current", current.into()),
        ("from", from.into()),
        ("release", release.into()),
        ("to", to.into()),
    ]);
    Digest::of(text.to_canonical())
}

fn path(session: &Session, from: &str, to: &str) -> PathBuf {
    let folder = session.repository.git_dir().join(FOLDER);
    folder.join(format!("{from}-{to}.json"))
}

pub(super) fn read(session: &Session, from: &str, to: &str, key: Digest) -> Option<Report> {
    let bytes = std::fs::read(path(session, from, to)).ok()?;
    let Value::Object(fields) = json::parse(&bytes, LARGEST).ok()? else {
        return None;
    };
    let same = fields.get("key") == Some(&Value::from(key));
    same.then(|| Report::read(fields.get("report")?).ok())
        .flatten()
}

pub(super) fn write(session: &Session, from: &str, to: &str, key: Digest, report: &Report) {
    let path = path(session, from, to);
    let Some(folder) = path.parent() else { return };
    let text = object([("key", key.into()), ("report", report.to_json())]).to_canonical();
    if text.len() > LARGEST {
        return;
    }
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| tempfile::NamedTempFile::new_in(folder))
        .and_then(|mut file| file.write_all(text.as_bytes()).map(|()| file));
    if let Ok(file) = written {
        let _ = file.persist(path);
    }
}
