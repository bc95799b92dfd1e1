//! Tar archives.

use std::io::{self, Read};

use tar::{Archive, EntryType};

use super::{broken, read_file};
use crate::name;
use crate::tree::{File, Tree};
use crate::{Limits, Result, codes, refuse};

pub(super) fn unpack(reader: impl Read, limits: &Limits) -> Result<Tree> {
    let mut tree = Tree::default();
    let mut archive = Archive::new(reader);
    let mut seen = 0_usize;
    for entry in archive.entries().map_err(|error| broken(&error))? {
        let mut entry = entry.map_err(|error| broken(&error))?;
        let kind = entry.header().entry_type();
        let path = entry.path_bytes().into_owned();
        let shown = String::from_utf8_lossy(&path).into_owned();
        seen += 1;
        if seen > limits.files.saturating_mul(2) {
            return Err(refuse(
                &codes::TOO_LARGE,
                format!("the archive has more than {} entries", limits.files * 2),
            ));
        }
        let link = || {
            entry
                .link_name_bytes()
                .map(std::borrow::Cow::into_owned)
                .unwrap_or_default()
        };
        match kind {
            // Its name is checked, it is made by its files.
            EntryType::Directory => {
                name::check(&path)?;
            }
            EntryType::Regular | EntryType::Continuous => {
                // Checked before its bytes are unpacked.
                name::check(&path)?;
                let size = entry
                    .header()
                    .entry_size()
                    .map_err(|error| broken(&error))?;
                let bytes = read_file(&mut entry, &shown, limits)?;
                if (bytes.len() as u64) < size.min(limits.file) {
                    return Err(refuse(&codes::INCOMPLETE, "the archive is cut off"));
                }
                let mode = entry.header().mode().map_err(|error| broken(&error))?;
                tree.add_file(&path, File::new(bytes, mode), limits)?;
            }
            EntryType::Symlink => tree.add_link(&path, &link(), limits)?,
            EntryType::Link => tree.add_hard_link(&path, &link(), limits)?,
            EntryType::XGlobalHeader | EntryType::XHeader => {}
            other => {
                let what = match other {
                    EntryType::Block | EntryType::Char => "a device",
                    EntryType::Fifo => "a pipe",
                    EntryType::GNUSparse => "a sparse file",
                    _ => "an entry of an unknown kind",
                };
                return Err(refuse(
                    &codes::UNSAFE_ENTRY,
                    format!("the archive holds {what}, `{}`", shown.escape_debug()),
                ));
            }
        }
    }
    // What follows the last entry counts, too: a checksum stands at the end.
    let mut rest = archive.into_inner();
    io::copy(&mut rest, &mut io::sink()).map_err(|error| broken(&error))?;
    if seen == 0 {
        return Err(refuse(&codes::UNREADABLE, "the archive is empty"));
    }
    Ok(tree)
}
