//! Deflate at level 6, byte for byte as Go's `compress/flate` writes it.
//!
//! `base64gzip` shows the compressed bytes to the user, so another correct
//! encoder is not good enough: the choice of matches, of block borders and of
//! block kinds has to be the same. The rules are those of
//! `compress/flate/deflate.go`; the entropy coder is in [`super::huffman`].

use super::huffman::BlockWriter;

const WINDOW: usize = 1 << 15;
const WINDOW_MASK: usize = WINDOW - 1;
/// The shortest match that is written (deflate itself allows 3).
const MIN_MATCH: usize = 4;
const MAX_MATCH: usize = 258;
const HASH_BITS: u32 = 17;
const HASH_MULTIPLIER: u32 = 0x1e35_a7bd;
/// A block is closed when it holds this many tokens.
const BLOCK_TOKENS: usize = 1 << 14;

/// From this length of the best match on, only a quarter of the chain is tried.
const GOOD: usize = 8;
/// A match of this length is taken without looking at the next byte.
const LAZY: usize = 16;
/// The search stops at a match of this length.
const NICE: usize = 128;
/// How many candidates are tried.
const CHAIN: usize = 128;

/// A literal byte or a reference to earlier bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// A byte as it is; 256 ends a block.
    Literal(u16),
    /// `length` bytes (less 3) from `offset` bytes back (less 1).
    Match { length: u8, offset: u16 },
}

/// Compresses `input` the way Go does for one `Write`, one `Flush` and one `Close`.
pub(super) fn compress(input: &[u8]) -> Vec<u8> {
    let mut state = Compressor::new();
    let mut rest = input;
    while !rest.is_empty() {
        state.step(false);
        let taken = state.fill(rest);
        rest = &rest[taken..];
    }
    state.step(true);
    state.out.stored_header(0, false);
    state.out.flush();
    state.step(true);
    state.out.stored_header(0, true);
    state.out.flush();
    state.out.into_bytes()
}

struct Compressor {
    out: BlockWriter,
    window: Vec<u8>,
    window_end: usize,
    index: usize,
    /// Where the bytes of the current block start; none when they have already
    /// left the window.
    block_start: Option<usize>,
    /// The byte before `index` is not written yet.
    byte_available: bool,
    tokens: Vec<Token>,
    length: usize,
    offset: usize,
    max_insert_index: usize,
    chain_head: i64,
    /// Positions plus `hash_offset`; 0 for none.
    hash_head: Vec<u32>,
    hash_prev: Vec<u32>,
    hash_offset: i64,
}

impl Compressor {
    fn new() -> Self {
        Self {
            out: BlockWriter::new(),
            window: vec![0; 2 * WINDOW],
            window_end: 0,
            index: 0,
            block_start: Some(0),
            byte_available: false,
            tokens: Vec::with_capacity(BLOCK_TOKENS + 1),
            length: MIN_MATCH - 1,
            offset: 0,
            max_insert_index: 0,
            chain_head: -1,
            hash_head: vec![0; 1 << HASH_BITS],
            hash_prev: vec![0; WINDOW],
            hash_offset: 1,
        }
    }

    /// Copies input into the window, sliding it by half when it is used up.
    fn fill(&mut self, input: &[u8]) -> usize {
        if self.index >= 2 * WINDOW - (MIN_MATCH + MAX_MATCH) {
            self.window.copy_within(WINDOW..2 * WINDOW, 0);
            self.index -= WINDOW;
            self.window_end -= WINDOW;
            self.block_start = self.block_start.and_then(|start| start.checked_sub(WINDOW));
            self.hash_offset += WINDOW as i64;
            self.rebase_hashes();
        }
        let count = input.len().min(self.window.len() - self.window_end);
        self.window[self.window_end..self.window_end + count].copy_from_slice(&input[..count]);
        self.window_end += count;
        count
    }

    /// Keeps the stored positions small on long inputs.
    fn rebase_hashes(&mut self) {
        const MAX_HASH_OFFSET: i64 = 1 << 24;
        if self.hash_offset <= MAX_HASH_OFFSET {
            return;
        }
        let delta = self.hash_offset - 1;
        self.hash_offset -= delta;
        self.chain_head -= delta;
        let delta = u32::try_from(delta).unwrap_or(u32::MAX);
        for value in self.hash_prev.iter_mut().chain(&mut self.hash_head) {
            *value = value.saturating_sub(delta);
        }
    }

    fn hash(&self, at: usize) -> usize {
        let window = &self.window;
        let word = u32::from_be_bytes([window[at], window[at + 1], window[at + 2], window[at + 3]]);
        (word.wrapping_mul(HASH_MULTIPLIER) >> (32 - HASH_BITS)) as usize
    }

    /// Enters the position into its hash chain and gives the previous head.
    fn insert(&mut self, at: usize) -> u32 {
        let hash = self.hash(at);
        let head = self.hash_head[hash];
        self.hash_prev[at & WINDOW_MASK] = head;
        self.hash_head[hash] = (at as i64 + self.hash_offset) as u32;
        head
    }

    fn find_match(&self, lookahead: usize) -> Option<(usize, usize)> {
        let pos = self.index;
        let look = MAX_MATCH.min(lookahead);
        let window = &self.window[..pos + look];
        let nice = NICE.min(look);
        let mut length = MIN_MATCH - 1;
        let mut tries = if length >= GOOD { CHAIN >> 2 } else { CHAIN };
        let min_index = pos as i64 - WINDOW as i64;
        let mut end = window[pos + length];
        let mut candidate = usize::try_from(self.chain_head - self.hash_offset).ok()?;
        let mut found = None;
        while tries > 0 {
            if end == window[candidate + length] {
                let n = window[candidate..]
                    .iter()
                    .zip(&window[pos..])
                    .take_while(|(a, b)| a == b)
                    .count();
                if n > length && (n > MIN_MATCH || pos - candidate <= 4096) {
                    length = n;
                    found = Some((n, pos - candidate));
                    if n >= nice {
                        break;
                    }
                    end = window[pos + n];
                }
            }
            if candidate as i64 == min_index {
                break;
            }
            let next = i64::from(self.hash_prev[candidate & WINDOW_MASK]) - self.hash_offset;
            if next < min_index || next < 0 {
                break;
            }
            candidate = next as usize;
            tries -= 1;
        }
        found
    }

    fn write_block(&mut self, end: usize) {
        if end > 0 {
            let bytes = self
                .block_start
                .filter(|start| *start <= end)
                .map(|start| &self.window[start..end]);
            self.out.block(&self.tokens, bytes);
            self.block_start = Some(end);
        }
        self.tokens.clear();
    }

    fn step(&mut self, sync: bool) {
        if self.window_end - self.index < MIN_MATCH + MAX_MATCH && !sync {
            return;
        }
        self.max_insert_index = (self.window_end + 1).saturating_sub(MIN_MATCH);
        loop {
            let lookahead = self.window_end - self.index;
            if lookahead < MIN_MATCH + MAX_MATCH {
                if !sync {
                    return;
                }
                if lookahead == 0 {
                    if self.byte_available {
                        let byte = self.window[self.index - 1];
                        self.tokens.push(Token::Literal(u16::from(byte)));
                        self.byte_available = false;
                    }
                    if !self.tokens.is_empty() {
                        self.write_block(self.index);
                    }
                    return;
                }
            }
            if self.index < self.max_insert_index {
                self.chain_head = i64::from(self.insert(self.index));
            }
            let previous_length = self.length;
            let previous_offset = self.offset;
            self.length = MIN_MATCH - 1;
            self.offset = 0;
            let min_index = self.index.saturating_sub(WINDOW) as i64;
            if self.chain_head - self.hash_offset >= min_index
                && lookahead > previous_length
                && previous_length < LAZY
                && let Some((length, offset)) = self.find_match(lookahead)
            {
                self.length = length;
                self.offset = offset;
            }
            if previous_length >= MIN_MATCH && self.length <= previous_length {
                self.take_previous(previous_length, previous_offset);
            } else {
                if self.byte_available {
                    let at = self.index - 1;
                    let byte = self.window[at];
                    self.tokens.push(Token::Literal(u16::from(byte)));
                    if self.tokens.len() == BLOCK_TOKENS {
                        self.write_block(at + 1);
                    }
                }
                self.index += 1;
                self.byte_available = true;
            }
        }
    }

    /// The match found one byte earlier is at least as good: it is written, and
    /// all positions in it are entered into their chains.
    fn take_previous(&mut self, length: usize, offset: usize) {
        self.tokens.push(Token::Match {
            length: (length - 3) as u8,
            offset: (offset - 1) as u16,
        });
        let end = self.index + length - 1;
        for at in self.index + 1..end {
            if at < self.max_insert_index {
                self.insert(at);
            }
        }
        self.index = end;
        self.byte_available = false;
        self.length = MIN_MATCH - 1;
        if self.tokens.len() == BLOCK_TOKENS {
            self.write_block(self.index);
        }
    }
}
