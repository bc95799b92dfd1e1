//! Time as an argument: durations in records come from a clock the caller gives.

use std::time::{Duration, Instant};

/// A clock that only goes forward.
pub trait Clock: Sync {
    /// Time since a moment that is fixed for this clock.
    fn now(&self) -> Duration;
}

/// The operating system's monotonic clock, from zero at [`Monotonic::start`].
#[derive(Debug, Clone, Copy)]
pub struct Monotonic(Instant);

impl Monotonic {
    /// Zero is now.
    pub fn start() -> Self {
        Self(Instant::now())
    }
}

impl Clock for Monotonic {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

/// A clock that stands still, so that records of tests and demos repeat.
#[derive(Debug, Clone, Copy, Default)]
pub struct Frozen(pub Duration);

impl Clock for Frozen {
    fn now(&self) -> Duration {
        self.0
    }
}
