//! Objects in a pack: whole ones, and differences from others of the pack.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::index::Index;
use super::{Inflater, Kind, LARGEST};

/// More differences on top of each other than this are left to git, which makes
/// no more either (`pack.depth`).
const LONGEST_CHAIN: usize = 4096;

/// How much is read from the file at once.
const WINDOW: usize = 64 << 10;

/// The longest header of an object: a size of ten bytes and a name.
const HEADER: usize = 10 + 32;

/// How many bytes of objects are kept for those that differ from them.
const KEPT: usize = 2 << 20;

/// A pack with its index.
#[derive(Debug, Clone)]
pub(super) struct Pack(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    index: Index,
    file: File,
    id_length: usize,
}

impl Pack {
    /// The pack of an index.
    pub(super) fn open(index: &Path, id_length: usize) -> Option<Self> {
        let file = File::open(index.with_extension("pack")).ok()?;
        let mut head = [0; 8];
        file.read_exact_at(&mut head, 0).ok()?;
        let right = head.starts_with(b"PACK\0\0\0") && matches!(head[7], 2 | 3);
        right.then_some(())?;
        Some(Self(Arc::new(Inner {
            path: index.to_owned(),
            index: Index::open(index, id_length)?,
            file,
            id_length,
        })))
    }

    /// Whether it is the pack of an index.
    pub(super) fn is_of(&self, index: &Path) -> bool {
        self.0.path == index
    }

    /// Where its index lies.
    #[cfg(test)]
    pub(super) fn index_path(&self) -> &Path {
        &self.0.path
    }

    /// How many objects it holds.
    pub(super) fn count(&self) -> u32 {
        self.0.index.count()
    }

    /// Where an object stands.
    pub(super) fn find(&self, id: &[u8]) -> Option<u64> {
        self.0.index.find(id)
    }
}

/// What stands at an offset.
enum Entry {
    /// An object of this kind.
    Whole(Kind),
    /// A difference from the object at another offset.
    Differs(u64),
}

/// Reads objects of a pack, best in the order of their offsets.
pub(super) struct Reader<'a> {
    pack: &'a Inner,
    inflater: Inflater,
    window: Vec<u8>,
    /// Where the window begins.
    start: u64,
    kept: BTreeMap<u64, (Kind, Arc<Vec<u8>>)>,
    kept_bytes: usize,
    /// Whether more than one object is read, so that keeping one can pay.
    many: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(pack: &'a Pack, many: bool) -> Self {
        Self {
            pack: &pack.0,
            inflater: Inflater::new(),
            window: Vec::new(),
            start: 0,
            kept: BTreeMap::new(),
            kept_bytes: 0,
            many,
        }
    }

    /// The object at an offset.
    pub(super) fn object(&mut self, offset: u64) -> Option<(Kind, Arc<Vec<u8>>)> {
        let mut differences = Vec::new();
        let mut waiting = 0;
        let mut at = offset;
        let (kind, mut bytes) = loop {
            if let Some(known) = self.kept.get(&at) {
                break known.clone();
            }
            let (entry, size, data) = self.entry(at)?;
            let inflated = self.inflate(data, size)?;
            match entry {
                Entry::Whole(kind) => {
                    let bytes = Arc::new(inflated);
                    self.keep(at, kind, &bytes);
                    break (kind, bytes);
                }
                Entry::Differs(from) => {
                    waiting += size;
                    if differences.len() == LONGEST_CHAIN || waiting > LARGEST {
                        return None;
                    }
                    differences.push((at, inflated));
                    at = from;
                }
            }
        };
        // What nobody keeps becomes room for the next.
        let mut spare = Vec::new();
        while let Some((at, difference)) = differences.pop() {
            let mut next = std::mem::take(&mut spare);
            apply(&bytes, &difference, &mut next)?;
            let before = std::mem::replace(&mut bytes, Arc::new(next));
            spare = Arc::try_unwrap(before).unwrap_or_default();
            self.keep(at, kind, &bytes);
        }
        Some((kind, bytes))
    }

    fn keep(&mut self, at: u64, kind: Kind, bytes: &Arc<Vec<u8>>) {
        if !self.many || bytes.len() > KEPT / 4 {
            return;
        }
        self.kept_bytes += bytes.len();
        while self.kept_bytes > KEPT {
            // Objects are read from the first to the last: it is the furthest behind.
            let Some((_, (_, first))) = self.kept.pop_first() else {
                break;
            };
            self.kept_bytes -= first.len();
        }
        self.kept.insert(at, (kind, Arc::clone(bytes)));
    }

    /// What stands at an offset, its size, and where its stream begins.
    fn entry(&mut self, at: u64) -> Option<(Entry, u64, u64)> {
        let pack = self.pack;
        let header = self.header(at)?;
        let mut bytes = header.iter().copied();
        let first = bytes.next()?;
        let mut size = u64::from(first & 15);
        let (mut more, mut shift) = (first & 0x80 != 0, 4);
        while more {
            let byte = bytes.next()?;
            size |= u64::from(byte & 0x7f).checked_shl(shift)?;
            shift += 7;
            more = byte & 0x80 != 0;
        }
        let entry = match first >> 4 & 7 {
            1 => Entry::Whole(Kind::Commit),
            2 => Entry::Whole(Kind::Tree),
            3 => Entry::Whole(Kind::Blob),
            4 => Entry::Whole(Kind::Tag),
            6 => {
                let mut byte = bytes.next()?;
                let mut back = u64::from(byte & 0x7f);
                while byte & 0x80 != 0 {
                    byte = bytes.next()?;
                    back = back.checked_add(1)?.checked_mul(128)? | u64::from(byte & 0x7f);
                }
                // Not itself, or it would never end.
                Entry::Differs(at.checked_sub(back).filter(|from| *from < at)?)
            }
            7 => {
                let name: Vec<u8> = bytes.by_ref().take(pack.id_length).collect();
                Entry::Differs(pack.index.find(&name)?)
            }
            _ => return None,
        };
        let read = header.len() - bytes.len();
        (size <= LARGEST).then_some((entry, size, at + read as u64))
    }

    fn inflate(&mut self, data: u64, size: u64) -> Option<Vec<u8>> {
        let Self {
            pack,
            inflater,
            window,
            start,
            ..
        } = self;
        inflater.inflate(size, |at, take| {
            let here = data + at;
            if !fill(pack, window, start, here, 1) {
                return None;
            }
            let from = usize::try_from(here - *start).ok()?;
            take(window.get(from..)?);
            Some(())
        })
    }

    /// The bytes at an offset, as many as a header may have; fewer at the end of
    /// the file.
    fn header(&mut self, at: u64) -> Option<&[u8]> {
        fill(self.pack, &mut self.window, &mut self.start, at, HEADER);
        let from = usize::try_from(at.checked_sub(self.start)?).ok()?;
        let rest = self.window.get(from..)?;
        Some(&rest[..rest.len().min(HEADER)])
    }
}

/// Has the window hold `length` bytes at an offset; says whether it does.
fn fill(pack: &Inner, window: &mut Vec<u8>, start: &mut u64, at: u64, length: usize) -> bool {
    let holds = |window: &Vec<u8>, start: u64| {
        at >= start && at + length as u64 <= start + window.len() as u64
    };
    if holds(window, *start) {
        return true;
    }
    window.resize(WINDOW, 0);
    let mut read = 0;
    while read < WINDOW {
        match pack.file.read_at(&mut window[read..], at + read as u64) {
            Ok(0) => break,
            Ok(length) => read += length,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    window.truncate(read);
    *start = at;
    holds(window, *start)
}

/// What a difference makes of an object: copies of parts of it, and new bytes.
fn apply(from: &[u8], difference: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let mut rest = difference;
    if size(&mut rest)? != from.len() as u64 {
        return None;
    }
    let whole = size(&mut rest).filter(|size| *size <= LARGEST)?;
    let whole = usize::try_from(whole).ok()?;
    out.clear();
    out.reserve_exact(whole);
    while let Some((&operation, after)) = rest.split_first() {
        rest = after;
        let part = if operation & 0x80 == 0 {
            let length = usize::from(operation);
            let part = rest.get(..length).filter(|part| !part.is_empty())?;
            rest = &rest[length..];
            part
        } else {
            let mut take = |bits: std::ops::Range<u8>| {
                let mut number = 0;
                for (place, bit) in bits.enumerate() {
                    if operation & 1 << bit != 0 {
                        let (&byte, after) = rest.split_first()?;
                        number |= usize::from(byte) << (8 * place);
                        rest = after;
                    }
                }
                Some(number)
            };
            let start = take(0..4)?;
            let length = match take(4..7)? {
                0 => 0x10000,
                length => length,
            };
            from.get(start..start.checked_add(length)?)?
        };
        if out.len() + part.len() > whole {
            return None;
        }
        out.extend_from_slice(part);
    }
    (out.len() == whole).then_some(())
}

/// A size, seven bits a byte, the lowest first.
fn size(rest: &mut &[u8]) -> Option<u64> {
    let mut size = 0;
    let mut shift = 0;
    loop {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        size |= u64::from(byte & 0x7f).checked_shl(shift)?;
        shift += 7;
        if byte & 0x80 == 0 {
            return Some(size);
        }
    }
}
