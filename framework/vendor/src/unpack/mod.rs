//! Archives to trees, every entry checked and counted while it is read.

mod tar;
mod zip;

use std::io::{self, Read};

use terrace_lock::address::ArchiveKind;

use crate::tree::Tree;
use crate::{Limits, Result, codes, refuse};

/// Unpacks an archive.
///
/// # Errors
/// It is not one, is cut off, too large, or holds what must not be written.
pub(crate) fn unpack(kind: ArchiveKind, bytes: &[u8], limits: &Limits) -> Result<Tree> {
    match kind {
        ArchiveKind::Tar => tar::unpack(Metered::new(bytes, bytes.len(), limits), limits),
        ArchiveKind::TarGz => {
            let reader = flate2::bufread::MultiGzDecoder::new(bytes);
            tar::unpack(Metered::new(reader, bytes.len(), limits), limits)
        }
        ArchiveKind::Zip => zip::unpack(bytes, limits),
    }
}

/// What bytes look like, for archives whose kind nothing says.
pub(crate) fn sniff(bytes: &[u8]) -> Option<ArchiveKind> {
    match bytes {
        [0x1f, 0x8b, ..] => Some(ArchiveKind::TarGz),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => Some(ArchiveKind::Zip),
        _ if bytes.get(257..262) == Some(b"ustar") => Some(ArchiveKind::Tar),
        _ => None,
    }
}

/// A reader that ends with an error where too much comes out of it.
pub(crate) struct Metered<R> {
    inner: R,
    packed: u64,
    read: u64,
    unpacked: u64,
    ratio: u64,
}

/// The words of the errors below, which come out of other crates again.
const TOO_MUCH: &str = "more bytes than are allowed";
const BOMB: &str = "many times its size";

impl<R> Metered<R> {
    pub(crate) fn new(inner: R, packed: usize, limits: &Limits) -> Self {
        Self {
            inner,
            packed: packed as u64,
            read: 0,
            unpacked: limits.unpacked,
            ratio: limits.ratio,
        }
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read += count as u64;
        // An archive has headers and padding on top of what is in it.
        if self.read > self.unpacked.saturating_mul(2) {
            return Err(io::Error::other(TOO_MUCH));
        }
        if is_bomb(self.packed, self.read, self.ratio) {
            return Err(io::Error::other(BOMB));
        }
        Ok(count)
    }
}

pub(crate) fn is_bomb(packed: u64, unpacked: u64, ratio: u64) -> bool {
    unpacked > Limits::RATIO_FREE && unpacked / ratio > packed
}

/// Reads a file of an archive whole.
pub(crate) fn read_file(reader: &mut dyn Read, name: &str, limits: &Limits) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader
        .take(limits.file + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| broken(&error))?;
    if bytes.len() as u64 > limits.file {
        return Err(refuse(
            &codes::TOO_LARGE,
            format!(
                "`{}` of the archive is larger than {} MiB",
                name.escape_debug(),
                limits.file >> 20
            ),
        ));
    }
    Ok(bytes)
}

/// An archive that cannot be read, by what is wrong with it.
pub(crate) fn broken(error: &io::Error) -> terrace_diag::Diagnostic {
    let said = error.to_string();
    let mut cause: &dyn std::error::Error = error;
    let mut all = said.clone();
    while let Some(inner) = cause.source() {
        all.push_str(&inner.to_string());
        cause = inner;
    }
    if all.contains(BOMB) || all.contains(TOO_MUCH) {
        return refuse(
            &codes::TOO_LARGE,
            "the archive unpacks to a suspicious multiple of its size, or to more than the limits allow",
        );
    }
    let cut = error.kind() == io::ErrorKind::UnexpectedEof
        || all.contains("end of file")
        || all.contains("unexpected EOF")
        || all.contains("corrupt deflate");
    match cut {
        true => refuse(&codes::INCOMPLETE, "the archive is cut off or damaged"),
        false => refuse(
            &codes::UNREADABLE,
            format!("the archive cannot be read: {said}"),
        ),
    }
}

#[cfg(test)]
#[path = "unpack_tests.rs"]
mod tests;
