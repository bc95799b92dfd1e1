//! Bounds that keep one expression from eating the machine.

/// How much one evaluation may use. Every bound has its own code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Nesting of expressions while they are evaluated, templates included.
    pub depth: u32,
    /// Bytes of one string.
    pub string_bytes: usize,
    /// Elements of one collection.
    pub elements: usize,
    /// Nodes evaluated in one evaluation.
    pub steps: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 500,
            string_bytes: 64 << 20,
            elements: 1 << 20,
            steps: 20_000_000,
        }
    }
}
