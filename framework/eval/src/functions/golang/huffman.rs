//! The entropy coder of [`super::deflate`]: `huffman_bit_writer.go` and
//! `huffman_code.go` of Go's `compress/flate`.

use super::deflate::Token;

const LITERALS: usize = 286;
const OFFSETS: usize = 30;
const CODE_LENGTHS: usize = 19;
const END_OF_BLOCK: u16 = 256;
/// Where the codes of match lengths start among the literals.
const LENGTH_CODES: usize = 257;
const MAX_STORED: usize = 65535;

const LENGTH_EXTRA: [u8; 29] = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
const LENGTH_BASE: [u16; 29] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128,
    160, 192, 224, 255,
];
const OFFSET_EXTRA: [u8; 30] = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13,
    13,
];
const OFFSET_BASE: [u16; 30] = [
    0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536,
    2048, 3072, 4096, 6144, 8192, 12288, 16384, 24576,
];
/// The order in which lengths of code lengths are written (RFC 1951, 3.2.7).
const CODE_LENGTH_ORDER: [usize; CODE_LENGTHS] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// The code of the greatest base that is not above `value`.
fn code_of(bases: &[u16], value: u16) -> usize {
    bases.partition_point(|base| *base <= value) - 1
}

#[derive(Debug, Clone, Copy, Default)]
struct Code {
    bits: u16,
    length: u8,
}

impl Code {
    fn reversed(bits: u16, length: u8) -> Self {
        let bits = if length == 0 {
            0
        } else {
            bits.reverse_bits() >> (16 - length)
        };
        Self { bits, length }
    }
}

/// A prefix code: symbol to bits.
struct Codes(Vec<Code>);

impl Codes {
    fn fixed_literals() -> Self {
        Self(
            (0..LITERALS as u16)
                .map(|symbol| match symbol {
                    0..144 => Code::reversed(symbol + 48, 8),
                    144..256 => Code::reversed(symbol + 400 - 144, 9),
                    256..280 => Code::reversed(symbol - 256, 7),
                    _ => Code::reversed(symbol + 192 - 280, 8),
                })
                .collect(),
        )
    }

    fn fixed_offsets() -> Self {
        Self(
            (0..OFFSETS as u16)
                .map(|symbol| Code::reversed(symbol, 5))
                .collect(),
        )
    }

    /// The optimal code with no length above `max_bits`.
    fn generate(frequencies: &[u32], max_bits: usize) -> Self {
        let mut codes = vec![Code::default(); frequencies.len()];
        let mut nodes: Vec<(u32, u16)> = frequencies
            .iter()
            .zip(0u16..)
            .filter(|(frequency, _)| **frequency != 0)
            .map(|(frequency, symbol)| (*frequency, symbol))
            .collect();
        if nodes.len() <= 2 {
            for ((_, symbol), bits) in nodes.iter().zip(0u16..) {
                codes[usize::from(*symbol)] = Code { bits, length: 1 };
            }
            return Self(codes);
        }
        nodes.sort_unstable();
        let counts = bit_counts(&nodes, max_bits);
        let mut code = 0u16;
        let mut rest = nodes.as_mut_slice();
        for (length, count) in counts.iter().enumerate() {
            code <<= 1;
            if length == 0 || *count == 0 {
                continue;
            }
            let (front, chunk) = rest.split_at_mut(rest.len() - count);
            chunk.sort_unstable_by_key(|(_, symbol)| *symbol);
            for (_, symbol) in chunk.iter() {
                codes[usize::from(*symbol)] = Code::reversed(code, length as u8);
                code = code.wrapping_add(1);
            }
            rest = front;
        }
        Self(codes)
    }

    fn total_bits(&self, frequencies: &[u32]) -> u64 {
        frequencies
            .iter()
            .zip(&self.0)
            .map(|(frequency, code)| u64::from(*frequency) * u64::from(code.length))
            .sum()
    }
}

/// How many symbols get each length: the package-merge variant with lazily
/// computed levels ("boundary package merge") that Go uses, which decides ties
/// in its own way.
fn bit_counts(nodes: &[(u32, u16)], max_bits: usize) -> Vec<usize> {
    const MAX: i64 = i32::MAX as i64;
    #[derive(Clone, Copy, Default)]
    struct Level {
        last: i64,
        next_char: i64,
        next_pair: i64,
        needed: i64,
    }
    let n = nodes.len();
    let max_bits = max_bits.min(n - 1);
    let frequency = |at: usize| nodes.get(at).map_or(MAX, |(f, _)| i64::from(*f));
    let mut levels = [Level::default(); 17];
    let mut leaves = [[0usize; 16]; 16];
    for level in 1..=max_bits {
        levels[level] = Level {
            last: frequency(1),
            next_char: frequency(2),
            next_pair: frequency(0) + frequency(1),
            needed: 0,
        };
        leaves[level][level] = 2;
        if level == 1 {
            levels[level].next_pair = MAX;
        }
    }
    levels[max_bits].needed = 2 * n as i64 - 4;
    let mut level = max_bits;
    loop {
        let current = levels[level];
        if current.next_pair == MAX && current.next_char == MAX {
            // Everything at this level is used up.
            levels[level].needed = 0;
            levels[level + 1].next_pair = MAX;
            level += 1;
            continue;
        }
        if current.next_char < current.next_pair {
            let count = leaves[level][level] + 1;
            levels[level].last = current.next_char;
            leaves[level][level] = count;
            levels[level].next_char = frequency(count);
        } else {
            levels[level].last = current.next_pair;
            let below = leaves[level - 1];
            leaves[level][..level].copy_from_slice(&below[..level]);
            levels[level - 1].needed = 2;
        }
        levels[level].needed -= 1;
        if levels[level].needed == 0 {
            if level == max_bits {
                break;
            }
            levels[level + 1].next_pair = current.last + levels[level].last;
            level += 1;
        } else {
            while levels[level - 1].needed > 0 {
                level -= 1;
            }
        }
    }
    let counts = &leaves[max_bits];
    let mut by_length = vec![0; max_bits + 1];
    for (length, level) in (1..=max_bits).rev().enumerate() {
        by_length[length + 1] = counts[level] - counts[level - 1];
    }
    by_length
}

/// Code lengths, run-length coded.
struct LengthCodes {
    /// The symbols of the code length alphabet with their extra bits.
    symbols: Vec<(u8, u8)>,
    frequencies: [u32; CODE_LENGTHS],
}

impl LengthCodes {
    fn new(literals: &[Code], offsets: &[Code]) -> Self {
        let mut this = Self {
            symbols: Vec::new(),
            frequencies: [0; CODE_LENGTHS],
        };
        let mut lengths = literals
            .iter()
            .chain(offsets)
            .map(|code| code.length)
            .peekable();
        while let Some(length) = lengths.next() {
            let mut count = 1usize;
            while lengths.next_if_eq(&length).is_some() {
                count += 1;
            }
            this.run(length, count);
        }
        this
    }

    fn push(&mut self, symbol: u8, extra: u8) {
        self.symbols.push((symbol, extra));
        self.frequencies[usize::from(symbol)] += 1;
    }

    fn run(&mut self, length: u8, mut count: usize) {
        if length == 0 {
            while count >= 11 {
                let n = count.min(138);
                self.push(18, (n - 11) as u8);
                count -= n;
            }
            if count >= 3 {
                self.push(17, (count - 3) as u8);
                count = 0;
            }
        } else {
            self.push(length, 0);
            count -= 1;
            while count >= 3 {
                let n = count.min(6);
                self.push(16, (n - 3) as u8);
                count -= n;
            }
        }
        for _ in 0..count {
            self.push(length, 0);
        }
    }
}

/// Writes blocks of tokens, each in the smallest of the three forms.
pub(super) struct BlockWriter {
    bytes: Vec<u8>,
    bits: u64,
    bit_count: u32,
    fixed_literals: Codes,
    fixed_offsets: Codes,
}

impl BlockWriter {
    pub(super) fn new() -> Self {
        Self {
            bytes: Vec::new(),
            bits: 0,
            bit_count: 0,
            fixed_literals: Codes::fixed_literals(),
            fixed_offsets: Codes::fixed_offsets(),
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn put(&mut self, bits: u64, count: u32) {
        self.bits |= bits << self.bit_count;
        self.bit_count += count;
        while self.bit_count >= 8 {
            self.bytes.push(self.bits as u8);
            self.bits >>= 8;
            self.bit_count -= 8;
        }
    }

    /// Fills up the last byte with zero bits.
    pub(super) fn flush(&mut self) {
        if self.bit_count > 0 {
            self.bytes.push(self.bits as u8);
        }
        self.bits = 0;
        self.bit_count = 0;
    }

    /// The head of a stored block of `length` bytes; `last` ends the stream.
    pub(super) fn stored_header(&mut self, length: u16, last: bool) {
        self.put(u64::from(last), 3);
        self.flush();
        self.put(u64::from(length), 16);
        self.put(u64::from(!length), 16);
    }

    /// Writes the tokens, which stand for `input` where that is still at hand.
    pub(super) fn block(&mut self, tokens: &[Token], input: Option<&[u8]>) {
        let mut literal_counts = [0u32; LITERALS];
        let mut offset_counts = [0u32; OFFSETS];
        for token in tokens.iter().chain([&Token::Literal(END_OF_BLOCK)]) {
            match *token {
                Token::Literal(byte) => literal_counts[usize::from(byte)] += 1,
                Token::Match { length, offset } => {
                    let length = code_of(&LENGTH_BASE, u16::from(length));
                    literal_counts[LENGTH_CODES + length] += 1;
                    offset_counts[code_of(&OFFSET_BASE, offset)] += 1;
                }
            }
        }
        let used = |counts: &[u32]| {
            counts
                .iter()
                .rposition(|count| *count != 0)
                .map_or(0, |i| i + 1)
        };
        let literals = used(&literal_counts);
        let mut offsets = used(&offset_counts);
        if offsets == 0 {
            // A decoder needs at least one offset code.
            offset_counts[0] = 1;
            offsets = 1;
        }
        let literal_codes = Codes::generate(&literal_counts, 15);
        let offset_codes = Codes::generate(&offset_counts, 15);

        let stored = input
            .filter(|bytes| bytes.len() <= MAX_STORED)
            .map(|bytes| (bytes.len() as u64 + 5) * 8);
        // Go counts the extra bits only where it compares with a stored block.
        let extra = if stored.is_some() {
            extra_bits(&literal_counts[LENGTH_CODES..], &LENGTH_EXTRA)
                + extra_bits(&offset_counts, &OFFSET_EXTRA)
        } else {
            0
        };
        let fixed = 3
            + self.fixed_literals.total_bits(&literal_counts)
            + self.fixed_offsets.total_bits(&offset_counts)
            + extra;
        let lengths = LengthCodes::new(&literal_codes.0[..literals], &offset_codes.0[..offsets]);
        let length_codes = Codes::generate(&lengths.frequencies, 7);
        let mut written_lengths = CODE_LENGTHS;
        while written_lengths > 4
            && lengths.frequencies[CODE_LENGTH_ORDER[written_lengths - 1]] == 0
        {
            written_lengths -= 1;
        }
        let dynamic = 3
            + 5
            + 5
            + 4
            + 3 * written_lengths as u64
            + length_codes.total_bits(&lengths.frequencies)
            + u64::from(lengths.frequencies[16]) * 2
            + u64::from(lengths.frequencies[17]) * 3
            + u64::from(lengths.frequencies[18]) * 7
            + literal_codes.total_bits(&literal_counts)
            + offset_codes.total_bits(&offset_counts)
            + extra;

        if let (Some(bytes), Some(stored)) = (input, stored)
            && stored < fixed.min(dynamic)
        {
            self.stored_header(bytes.len() as u16, false);
            self.flush();
            self.bytes.extend_from_slice(bytes);
        } else if dynamic < fixed {
            self.put(4, 3);
            self.put(literals as u64 - 257, 5);
            self.put(offsets as u64 - 1, 5);
            self.put(written_lengths as u64 - 4, 4);
            for symbol in &CODE_LENGTH_ORDER[..written_lengths] {
                self.put(u64::from(length_codes.0[*symbol].length), 3);
            }
            for (symbol, extra) in &lengths.symbols {
                let code = length_codes.0[usize::from(*symbol)];
                self.put(u64::from(code.bits), u32::from(code.length));
                let extra_bits = match symbol {
                    16 => 2,
                    17 => 3,
                    18 => 7,
                    _ => 0,
                };
                self.put(u64::from(*extra), extra_bits);
            }
            self.tokens(tokens, &literal_codes, &offset_codes);
        } else {
            self.put(2, 3);
            let literal_codes = Codes(std::mem::take(&mut self.fixed_literals.0));
            let offset_codes = Codes(std::mem::take(&mut self.fixed_offsets.0));
            self.tokens(tokens, &literal_codes, &offset_codes);
            self.fixed_literals = literal_codes;
            self.fixed_offsets = offset_codes;
        }
    }

    fn tokens(&mut self, tokens: &[Token], literals: &Codes, offsets: &Codes) {
        for token in tokens.iter().chain([&Token::Literal(END_OF_BLOCK)]) {
            match *token {
                Token::Literal(byte) => self.code(literals.0[usize::from(byte)]),
                Token::Match { length, offset } => {
                    let length = u16::from(length);
                    let code = code_of(&LENGTH_BASE, length);
                    self.code(literals.0[LENGTH_CODES + code]);
                    self.put(
                        u64::from(length - LENGTH_BASE[code]),
                        u32::from(LENGTH_EXTRA[code]),
                    );
                    let code = code_of(&OFFSET_BASE, offset);
                    self.code(offsets.0[code]);
                    self.put(
                        u64::from(offset - OFFSET_BASE[code]),
                        u32::from(OFFSET_EXTRA[code]),
                    );
                }
            }
        }
    }

    fn code(&mut self, code: Code) {
        self.put(u64::from(code.bits), u32::from(code.length));
    }
}

fn extra_bits(counts: &[u32], extra: &[u8]) -> u64 {
    counts
        .iter()
        .zip(extra)
        .map(|(count, bits)| u64::from(*count) * u64::from(*bits))
        .sum()
}
