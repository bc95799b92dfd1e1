//! Choices, and what was made so far.

/// SplitMix64, and the resources that exist so far.
pub(super) struct Random {
    state: u64,
    /// Kind and name as written.
    pub(super) world: Vec<(&'static str, String)>,
    /// How often, in percent, something is done that rarely works.
    risk: usize,
}

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66,
            world: Vec::new(),
            risk: if seed.is_multiple_of(4) { 10 } else { 0 },
        }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(super) fn risky(&mut self) -> bool {
        let risk = self.risk;
        self.chance(risk)
    }

    /// A resource that exists, of one of these kinds if there are any.
    pub(super) fn known(&mut self, kinds: &[&str]) -> Option<(&'static str, String)> {
        let fitting: Vec<_> = self
            .world
            .iter()
            .filter(|(kind, _)| kinds.is_empty() || kinds.contains(kind))
            .cloned()
            .collect();
        if fitting.is_empty() {
            return None;
        }
        let at = self.below(fitting.len());
        fitting.get(at).cloned()
    }

    pub(super) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}
