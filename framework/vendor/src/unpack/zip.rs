//! Zip archives.

use std::io::Cursor;

use zip::ZipArchive;
use zip::result::ZipError;

use super::{broken, is_bomb, read_file};
use crate::name;
use crate::tree::{File, Tree};
use crate::{Limits, Result, codes, refuse};

/// The kind of file in Unix modes.
const KIND: u32 = 0o170_000;
const LINK: u32 = 0o120_000;
const FOLDER: u32 = 0o040_000;
const REGULAR: u32 = 0o100_000;

pub(super) fn unpack(bytes: &[u8], limits: &Limits) -> Result<Tree> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(failed)?;
    if archive.len() > limits.files.saturating_mul(2) {
        return Err(refuse(
            &codes::TOO_LARGE,
            format!("the archive has more than {} entries", limits.files * 2),
        ));
    }
    let mut tree = Tree::default();
    let mut unpacked = 0_u64;
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).map_err(failed)?;
        let path = entry.name_raw().to_vec();
        let shown = String::from_utf8_lossy(&path).into_owned();
        let mode = entry.unix_mode().unwrap_or(0);
        let kind = mode & KIND;
        if entry.encrypted() {
            return Err(refuse(
                &codes::UNREADABLE,
                format!("`{}` of the archive is encrypted", shown.escape_debug()),
            ));
        }
        name::check(&path)?;
        if kind == FOLDER || path.ends_with(b"/") {
            continue;
        }
        if kind != 0 && kind != LINK && kind != REGULAR {
            return Err(refuse(
                &codes::UNSAFE_ENTRY,
                format!(
                    "the archive holds a device or pipe, `{}`",
                    shown.escape_debug()
                ),
            ));
        }
        let content = read_file(&mut entry, &shown, limits)?;
        unpacked += content.len() as u64;
        if is_bomb(bytes.len() as u64, unpacked, limits.ratio) {
            return Err(refuse(
                &codes::TOO_LARGE,
                "the archive unpacks to a suspicious multiple of its size",
            ));
        }
        match kind {
            LINK => tree.add_link(&path, &content, limits)?,
            _ => tree.add_file(&path, File::new(content, mode), limits)?,
        }
    }
    Ok(tree)
}

fn failed(error: ZipError) -> terrace_diag::Diagnostic {
    match error {
        ZipError::Io(error) => broken(&error),
        ZipError::UnsupportedArchive(why) => refuse(
            &codes::UNREADABLE,
            format!("the archive is packed in a way that is not supported: {why}"),
        ),
        // The directory of a zip stands at its end.
        other => refuse(
            &codes::INCOMPLETE,
            format!("the archive is cut off, or no zip archive ({other})"),
        ),
    }
}
