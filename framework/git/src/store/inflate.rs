//! zlib streams whose size is known beforehand, and loose objects.

use flate2::{Decompress, FlushDecompress, Status};

use super::{Kind, LARGEST, Object};

/// Inflates one stream after the other.
#[derive(Debug)]
pub(super) struct Inflater(Decompress);

impl Inflater {
    pub(super) fn new() -> Self {
        Self(Decompress::new(true))
    }

    /// A stream of exactly `size` bytes. `input` gives what stands this far behind
    /// its start, as much as is at hand; nothing at the end of the file.
    pub(super) fn inflate(
        &mut self,
        size: u64,
        mut input: impl FnMut(u64, &mut dyn FnMut(&[u8])) -> Option<()>,
    ) -> Option<Vec<u8>> {
        if size > LARGEST {
            return None;
        }
        let size = usize::try_from(size).ok()?;
        self.0.reset(true);
        // Room for one more byte: a stream that is too long shows.
        let mut out = Vec::with_capacity(size + 1);
        loop {
            let before = (self.0.total_in(), out.len());
            let mut status = None;
            input(before.0, &mut |bytes| {
                let flush = FlushDecompress::None;
                status = self.0.decompress_vec(bytes, &mut out, flush).ok();
            })?;
            match status? {
                Status::StreamEnd => return (out.len() == size).then_some(out),
                _ if (self.0.total_in(), out.len()) == before || out.len() > size => return None,
                Status::Ok | Status::BufError => {}
            }
        }
    }
}

/// The longest start of a loose object: a kind, a size and a NUL.
const HEADER: usize = 32;

impl Inflater {
    /// A loose object: `<kind> <size>`, NUL, its content.
    pub(super) fn loose(&mut self, file: &[u8]) -> Option<Object> {
        self.0.reset(true);
        let mut header = Vec::with_capacity(HEADER);
        let flush = FlushDecompress::None;
        self.0.decompress_vec(file, &mut header, flush).ok()?;
        let end = header.iter().position(|byte| *byte == 0)?;
        let text = std::str::from_utf8(&header[..end]).ok()?;
        let (kind, size) = text.split_once(' ')?;
        let size: u64 = size.parse().ok()?;
        let mut bytes = self.inflate(size.checked_add(end as u64 + 1)?, |at, take| {
            take(file.get(usize::try_from(at).ok()?..)?);
            Some(())
        })?;
        bytes.drain(..=end);
        Some(Object {
            kind: Kind::parse(kind.as_bytes())?,
            bytes,
        })
    }
}
