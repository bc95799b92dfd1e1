//! How much a source may cost.

use std::time::Duration;

/// Sizes in bytes, and times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// One download.
    pub download: u64,
    /// An answer that is read as JSON.
    pub answer: u64,
    /// The headers of an answer.
    pub headers: usize,
    /// All files of a source together.
    pub unpacked: u64,
    /// One file of a source.
    pub file: u64,
    /// Files of a source.
    pub files: usize,
    /// What a compressed byte may become, above [`Limits::RATIO_FREE`].
    pub ratio: u64,
    /// Redirects after each other.
    pub redirects: usize,
    /// Until a connection stands.
    pub connect: Duration,
    /// Without a byte coming in; also until a program of credentials answers.
    pub stall: Duration,
    /// One request to its end.
    pub total: Duration,
    /// Sources inside sources inside sources.
    pub rounds: usize,
}

impl Limits {
    /// Bytes that may come out of however few.
    pub const RATIO_FREE: u64 = 16 << 20;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            download: 256 << 20,
            answer: 8 << 20,
            headers: 64 << 10,
            unpacked: 512 << 20,
            // What a source tree reads (`terrace_source::MAX_FILE`).
            file: 32 << 20,
            files: 50_000,
            ratio: 250,
            redirects: 10,
            connect: Duration::from_secs(15),
            stall: Duration::from_secs(30),
            total: Duration::from_secs(300),
            rounds: 20,
        }
    }
}
