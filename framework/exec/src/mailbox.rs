//! What the threads around one child tell the thread that waits for it.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::cancel::{Cancel, Level};
use crate::command::Stream;

/// How many lines may wait before a reader waits (and with it the child).
const LINES: usize = 1024;

#[derive(Debug, Default)]
pub(crate) struct Mailbox {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    exited: bool,
    open_streams: usize,
    closed: bool,
    lines: VecDeque<(Stream, String)>,
}

/// What has happened when [`Mailbox::wait`] returns.
#[derive(Debug)]
pub(crate) struct News {
    pub(crate) lines: VecDeque<(Stream, String)>,
    pub(crate) exited: bool,
    pub(crate) streams_ended: bool,
    pub(crate) deadline_passed: bool,
}

impl Mailbox {
    pub(crate) fn new(open_streams: usize) -> Self {
        Self {
            state: Mutex::new(State {
                open_streams,
                ..State::default()
            }),
            changed: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something outside changed (the token was raised).
    pub(crate) fn wake(&self) {
        let _state = self.lock();
        self.changed.notify_all();
    }

    /// The child ended; it is not reaped yet.
    pub(crate) fn exited(&self) {
        self.lock().exited = true;
        self.changed.notify_all();
    }

    /// Waits for the child to end, at most this long. Whether it has, or nobody
    /// waits for it any more.
    pub(crate) fn wait_for_exit(&self, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        let mut state = self.lock();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if state.exited || state.closed || left.is_zero() {
                return state.exited || state.closed;
            }
            state = self
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// A stream reached its end.
    pub(crate) fn stream_ended(&self) {
        let mut state = self.lock();
        state.open_streams = state.open_streams.saturating_sub(1);
        self.changed.notify_all();
    }

    /// Hands a line over; waits while too many are waiting.
    pub(crate) fn line(&self, stream: Stream, text: String) {
        let mut state = self.lock();
        while state.lines.len() >= LINES && !state.closed {
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if !state.closed {
            state.lines.push_back((stream, text));
            self.changed.notify_all();
        }
    }

    /// Nobody waits any more: readers stop.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Waits for lines, for `wanted`, for the deadline, or for the token to be
    /// raised above `seen`.
    pub(crate) fn wait(
        &self,
        wanted: Wanted,
        deadline: Option<Instant>,
        cancel: &Cancel,
        seen: Level,
    ) -> News {
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            let deadline_passed = deadline.is_some_and(|deadline| now >= deadline);
            let streams_ended = state.open_streams == 0;
            let arrived = match wanted {
                Wanted::Exit => state.exited,
                Wanted::EndOfStreams => streams_ended,
            };
            if arrived || deadline_passed || !state.lines.is_empty() || cancel.level() > seen {
                let news = News {
                    lines: std::mem::take(&mut state.lines),
                    exited: state.exited,
                    streams_ended,
                    deadline_passed,
                };
                self.changed.notify_all();
                return news;
            }
            state = match deadline {
                Some(deadline) => {
                    self.changed
                        .wait_timeout(state, deadline.saturating_duration_since(now))
                        .unwrap_or_else(PoisonError::into_inner)
                        .0
                }
                None => self
                    .changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Exit,
    EndOfStreams,
}
