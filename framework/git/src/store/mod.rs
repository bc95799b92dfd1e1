//! Reading objects straight from the repository's files, without a process and on
//! all processors: a ledger of thousands of entries is thousands of objects.
//!
//! Only ever a shortcut. What is not found here, is unusual (replaced objects,
//! another storage of refs, a later format, a huge object) or does not have the
//! digest that it is named by is left to git, so that the answer is git's in any
//! case. Formats: git's gitformat-pack(5) and gitrepository-layout(5).
//!
//! | file | what it reads |
//! |---|---|
//! | `mod.rs` | which objects stand where |
//! | `names.rs` | what names lead to |
//! | `index.rs` | the index of a pack |
//! | `pack.rs` | objects in a pack, and the differences that they are kept as |
//! | `inflate.rs` | zlib streams of a known size, and loose objects |

mod index;
mod inflate;
mod names;
mod pack;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rayon::prelude::*;
use sha1::{Digest as _, Sha1};
use sha2::Sha256;

use crate::id::ObjectId;
pub(crate) use names::{Found, records};

use inflate::Inflater;
use pack::{Pack, Reader};

/// Larger objects are left to git.
const LARGEST: u64 = 64 << 20;

/// Fewer objects than this are not worth another thread.
const SHARE: usize = 64;

/// Where there are more packs than this, objects are left to git: each takes two
/// open files.
const MOST_PACKS: usize = 128;

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A file's content, or a link's target.
    Blob,
    /// A folder.
    Tree,
    /// A commit.
    Commit,
    /// An annotated tag.
    Tag,
}

impl Kind {
    /// From how git writes it.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        Some(match text {
            b"blob" => Self::Blob,
            b"tree" => Self::Tree,
            b"commit" => Self::Commit,
            b"tag" => Self::Tag,
            _ => return None,
        })
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Blob => "blob",
            Self::Tree => "tree",
            Self::Commit => "commit",
            Self::Tag => "tag",
        }
    }
}

/// An object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its content.
    pub(crate) bytes: Vec<u8>,
}

/// The bytes of an object's name: 20, or 32 in a repository that uses SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Id {
    bytes: [u8; 32],
    length: usize,
}

impl Id {
    fn new(bytes: &[u8]) -> Option<Self> {
        let mut id = Self {
            bytes: [0; 32],
            length: bytes.len(),
        };
        id.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(id)
    }

    fn parse(text: &str, length: usize) -> Option<Self> {
        if text.len() != 2 * length || !text.is_ascii() {
            return None;
        }
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Self::new(&bytes[..length])
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// Whether an object has this name.
    fn names(&self, kind: Kind, bytes: &[u8]) -> bool {
        let header = format!("{} {}\0", kind.as_str(), bytes.len());
        match self.length {
            32 => {
                let hash = Sha256::new_with_prefix(header).chain_update(bytes);
                hash.finalize()[..] == *self.as_bytes()
            }
            _ => {
                let hash = Sha1::new_with_prefix(header).chain_update(bytes);
                hash.finalize()[..] == *self.as_bytes()
            }
        }
    }
}

/// The objects of a repository on disk.
#[derive(Debug)]
pub(crate) struct Store {
    git_dir: PathBuf,
    id_length: usize,
    /// Its own folder of objects, and those it borrows from; none where only git
    /// can tell what an object is.
    folders: OnceLock<Vec<PathBuf>>,
    packs: Mutex<Arc<Vec<Pack>>>,
}

impl Store {
    /// Of a git folder; an object's name has `id_length` bytes.
    pub(crate) fn new(git_dir: &Path, id_length: usize) -> Self {
        Self {
            git_dir: git_dir.to_owned(),
            id_length,
            folders: OnceLock::new(),
            packs: Mutex::default(),
        }
    }

    fn folders(&self) -> &[PathBuf] {
        self.folders.get_or_init(|| folders(&self.git_dir))
    }

    /// What `take` makes of each blob, on all processors; `None` where git has to be
    /// asked.
    pub(crate) fn blobs<T: Send>(
        &self,
        ids: &[ObjectId],
        take: impl Fn(&[u8]) -> T + Sync,
    ) -> Vec<Option<T>> {
        let parsed: Option<Vec<Id>> = ids
            .iter()
            .map(|id| Id::parse(id.as_str(), self.id_length))
            .collect();
        let (Some(parsed), false) = (parsed, self.folders().is_empty()) else {
            return ids.iter().map(|_| None).collect();
        };
        let read = self.read_with(&parsed, |kind, bytes| {
            (kind == Kind::Blob).then(|| take(&bytes))
        });
        read.into_iter().map(Option::flatten).collect()
    }

    /// Objects by id; `None` where git has to be asked.
    fn read(&self, ids: &[Id]) -> Vec<Option<Object>> {
        self.read_with(ids, |kind, bytes| Object {
            kind,
            bytes: Arc::try_unwrap(bytes).unwrap_or_else(|shared| shared.to_vec()),
        })
    }

    /// What `take` makes of objects by id, on all processors.
    fn read_with<T: Send>(
        &self,
        ids: &[Id],
        take: impl Fn(Kind, Arc<Vec<u8>>) -> T + Sync,
    ) -> Vec<Option<T>> {
        let mut packs = self.known_packs();
        let mut out: Vec<Option<T>> = Vec::new();
        out.resize_with(ids.len(), || None);
        let mut places: Vec<(usize, u64, usize)> = Vec::with_capacity(ids.len());
        let mut left = Vec::new();
        for (at, id) in ids.iter().enumerate() {
            match place(&packs, *id) {
                Some((pack, offset)) => places.push((pack, offset, at)),
                None => left.push(at),
            }
        }
        let loose: Vec<(usize, Option<T>)> = left
            .par_chunks(share(left.len()))
            .flat_map_iter(|left| {
                let mut inflater = OnceCell::new();
                let take = &take;
                left.iter().map(move |at| {
                    let object = self.loose(ids[*at], &mut inflater);
                    (
                        *at,
                        object.map(|object| take(object.kind, Arc::new(object.bytes))),
                    )
                })
            })
            .collect();
        left.clear();
        for (at, taken) in loose {
            if taken.is_none() {
                left.push(at);
            }
            out[at] = taken;
        }
        if !left.is_empty() {
            // Packed since the folder was read, by this process or another.
            packs = self.look_again(&packs);
            places.extend(left.into_iter().filter_map(|at| {
                let (pack, offset) = place(&packs, ids[at])?;
                Some((pack, offset, at))
            }));
        }
        // In the order of the file: what an object differs from stands before it.
        places.sort_unstable();
        let found: Vec<(usize, T)> = places
            .par_chunks(share(places.len()))
            .flat_map_iter(|places| {
                let mut readers: BTreeMap<usize, Reader<'_>> = BTreeMap::new();
                let (packs, take) = (&packs, &take);
                let many = places.len() > 1;
                places.iter().filter_map(move |(pack, offset, at)| {
                    let reader = readers
                        .entry(*pack)
                        .or_insert_with(|| Reader::new(&packs[*pack], many));
                    let (kind, bytes) = reader.object(*offset)?;
                    let right = ids[*at].names(kind, &bytes);
                    right.then(|| (*at, take(kind, bytes)))
                })
            })
            .collect();
        for (at, taken) in found {
            out[at] = Some(taken);
        }
        out
    }

    fn loose(&self, id: Id, inflater: &mut OnceCell<Inflater>) -> Option<Object> {
        let hex: String = hex(id.as_bytes());
        let (start, rest) = hex.split_at(2);
        let found = self.folders().iter().find_map(|folder| {
            let path = folder.join(start).join(rest);
            let size = fs::metadata(&path).ok()?.len();
            let bytes = (size <= LARGEST).then(|| fs::read(&path).ok())??;
            inflater.get_or_init(Inflater::new);
            inflater.get_mut()?.loose(&bytes)
        });
        found.filter(|object| id.names(object.kind, &object.bytes))
    }

    fn known_packs(&self) -> Arc<Vec<Pack>> {
        let mut known = self.packs.lock().unwrap_or_else(PoisonError::into_inner);
        if known.is_empty() {
            *known = Arc::new(self.open_packs(&[]));
        }
        Arc::clone(&known)
    }

    /// The packs that are there now, those that were before among them in their
    /// places.
    fn look_again(&self, before: &Arc<Vec<Pack>>) -> Arc<Vec<Pack>> {
        let new = self.open_packs(before);
        if new.is_empty() {
            return Arc::clone(before);
        }
        let all: Vec<Pack> = before.iter().cloned().chain(new).collect();
        let all = Arc::new(all);
        *self.packs.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&all);
        all
    }

    fn open_packs(&self, known: &[Pack]) -> Vec<Pack> {
        let mut found = Vec::new();
        for folder in self.folders() {
            let listed = fs::read_dir(folder.join("pack")).into_iter().flatten();
            let mut paths: Vec<PathBuf> = listed
                .filter_map(|entry| Some(entry.ok()?.path()))
                .filter(|path| path.extension().is_some_and(|ext| ext == "idx"))
                .filter(|path| known.iter().all(|pack| !pack.is_of(path)))
                .collect();
            paths.sort();
            if known.len() + found.len() + paths.len() > MOST_PACKS {
                return Vec::new();
            }
            found.extend(
                paths
                    .iter()
                    .filter_map(|path| Pack::open(path, self.id_length)),
            );
        }
        // Most objects stand in the largest.
        found.sort_by_key(|pack| std::cmp::Reverse(pack.count()));
        found
    }
}

/// How many of so many objects one thread reads.
fn share(count: usize) -> usize {
    let threads = rayon::current_num_threads().max(1);
    count.div_ceil(threads).max(SHARE)
}

/// The pack that holds an object, and where in it.
fn place(packs: &[Pack], id: Id) -> Option<(usize, u64)> {
    let mut packs = packs.iter().enumerate();
    packs.find_map(|(at, pack)| Some((at, pack.find(id.as_bytes())?)))
}

/// Lower case digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]));
    let mut out = String::with_capacity(2 * bytes.len());
    out.extend(digits);
    out
}

/// The folders of objects of a git folder: its own, or that of the repository
/// that it is a further work tree of (`commondir`), and those it borrows from
/// (`info/alternates`). None where an object could be another one than its name
/// says (git-replace(1)), or where that cannot be seen here.
fn folders(git_dir: &Path) -> Vec<PathBuf> {
    let common = match fs::read_to_string(git_dir.join("commondir")) {
        Ok(path) => git_dir.join(path.trim_end()),
        Err(_) => git_dir.to_owned(),
    };
    let packed = fs::read(common.join("packed-refs")).unwrap_or_default();
    let mut loose = fs::read_dir(common.join("refs/replace"))
        .into_iter()
        .flatten();
    let needle = b" refs/replace/";
    let replaced = loose.next().is_some()
        || packed
            .split(|byte| *byte == b'\n')
            .any(|line| line.windows(needle.len()).any(|part| part == needle));
    if replaced || common.join("reftable").exists() {
        return Vec::new();
    }
    let own = common.join("objects");
    let borrowed = fs::read_to_string(own.join("info/alternates")).unwrap_or_default();
    let borrowed = borrowed
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with(['#', '"']))
        .map(|line| own.join(line));
    std::iter::once(own.clone()).chain(borrowed).collect()
}

#[cfg(test)]
mod tests;
