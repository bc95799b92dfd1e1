//! The index of a pack, version 2: which object stands where.
//!
//! `ff 't' 'O' 'c'`, the version; 256 counts of names up to a first byte; names in
//! order; their checksums; their offsets of four bytes, the first bit set for the
//! number of an offset of eight bytes behind them; two digests.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::OnceLock;

const MAGIC: [u8; 8] = [0xff, b't', b'O', b'c', 0, 0, 0, 2];

/// How long everything before the names is.
const HEAD: u64 = 8 + 4 * 256;

/// The index of a pack. Names of one first byte are read when one of them is
/// asked for: an index can be much larger than what is asked.
#[derive(Debug)]
pub(super) struct Index {
    file: File,
    id_length: u64,
    /// How many names there are up to each first byte.
    counts: Vec<u32>,
    shelves: Vec<OnceLock<Option<Shelf>>>,
}

/// Names of one first byte, and their offsets as they are written.
#[derive(Debug)]
struct Shelf {
    names: Vec<u8>,
    offsets: Vec<u8>,
}

impl Index {
    pub(super) fn open(path: &Path, id_length: usize) -> Option<Self> {
        let file = File::open(path).ok()?;
        let length = file.metadata().ok()?.len();
        let mut head = [0; 8 + 4 * 256];
        file.read_exact_at(&mut head, 0).ok()?;
        let counts: Vec<u32> = head[8..].chunks_exact(4).filter_map(number).collect();
        let id_length = id_length as u64;
        let count = u64::from(*counts.last()?);
        let fits = HEAD + count * (id_length + 8) + 2 * id_length <= length;
        let right = head.starts_with(&MAGIC) && counts.is_sorted() && fits;
        right.then(|| Self {
            file,
            id_length,
            counts,
            shelves: (0..256).map(|_| OnceLock::new()).collect(),
        })
    }

    /// How many objects there are.
    pub(super) fn count(&self) -> u32 {
        self.counts.last().copied().unwrap_or(0)
    }

    /// Where an object stands in the pack.
    pub(super) fn find(&self, id: &[u8]) -> Option<u64> {
        let first = usize::from(*id.first()?);
        let shelf = self.shelves.get(first)?;
        let shelf = shelf.get_or_init(|| self.shelf(first)).as_ref()?;
        let length = id.len();
        let name = |at: usize| shelf.names.get(at * length..(at + 1) * length);
        let (mut low, mut high) = (0, shelf.names.len() / length);
        while low < high {
            let middle = low.midpoint(high);
            match name(middle)?.cmp(id) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return self.offset(shelf, middle),
            }
        }
        None
    }

    fn shelf(&self, first: usize) -> Option<Shelf> {
        let start = match first.checked_sub(1) {
            Some(before) => u64::from(*self.counts.get(before)?),
            None => 0,
        };
        let end = u64::from(*self.counts.get(first)?);
        let length = usize::try_from(end - start).ok()?;
        let id_length = usize::try_from(self.id_length).ok()?;
        let mut names = vec![0; length * id_length];
        let mut offsets = vec![0; length * 4];
        let at = HEAD + start * self.id_length;
        self.file.read_exact_at(&mut names, at).ok()?;
        let at = self.offsets() + start * 4;
        self.file.read_exact_at(&mut offsets, at).ok()?;
        Some(Shelf { names, offsets })
    }

    /// Where the offsets begin: behind names and checksums.
    fn offsets(&self) -> u64 {
        HEAD + u64::from(self.count()) * (self.id_length + 4)
    }

    fn offset(&self, shelf: &Shelf, at: usize) -> Option<u64> {
        let offset = number(shelf.offsets.get(at * 4..(at + 1) * 4)?)?;
        if offset >> 31 == 0 {
            return Some(u64::from(offset));
        }
        let far = u64::from(offset & !(1 << 31));
        let at = self.offsets() + u64::from(self.count()) * 4 + far * 8;
        let mut bytes = [0; 8];
        self.file.read_exact_at(&mut bytes, at).ok()?;
        Some(u64::from_be_bytes(bytes))
    }
}

fn number(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}
