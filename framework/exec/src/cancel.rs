//! Stopping: one token for a whole run, raised by signals or by the program.

use std::io;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};

use crate::mailbox::Mailbox;

/// How urgently to stop. Each level is the signal that children get, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Level {
    /// Go on.
    #[default]
    None,
    /// SIGINT: finish what is half done, then end.
    Interrupt,
    /// SIGTERM: end soon.
    Terminate,
    /// SIGKILL: end now.
    Kill,
}

impl Level {
    fn from_u8(level: u8) -> Self {
        match level {
            0 => Self::None,
            1 => Self::Interrupt,
            2 => Self::Terminate,
            _ => Self::Kill,
        }
    }
}

/// Asks everything that runs with it to stop. Clones are the same token.
#[derive(Debug, Clone, Default)]
pub struct Cancel {
    state: Arc<State>,
    parent: Option<Box<Cancel>>,
}

#[derive(Debug, Default)]
struct State {
    level: AtomicU8,
    listeners: Mutex<Vec<Weak<Mailbox>>>,
}

impl Cancel {
    /// A token nobody has raised.
    pub fn new() -> Self {
        Self::default()
    }

    /// A token that is raised with this one, and also alone.
    #[must_use]
    pub fn child(&self) -> Self {
        Self {
            state: Arc::default(),
            parent: Some(Box::new(self.clone())),
        }
    }

    /// Goes one level up: the first time SIGINT, then SIGTERM, then SIGKILL.
    ///
    /// CI systems send SIGINT and, seconds later, SIGTERM; a second SIGINT
    /// would make terraform abort without waiting, so each signal is sent once.
    pub fn escalate(&self) {
        let next = self.state.level.load(Ordering::SeqCst).saturating_add(1);
        self.raise(Level::from_u8(next));
    }

    /// Goes up to a level; never down.
    pub fn raise(&self, level: Level) {
        self.state.level.fetch_max(level as u8, Ordering::SeqCst);
        let listeners = self
            .state
            .listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for listener in listeners.iter().filter_map(Weak::upgrade) {
            listener.wake();
        }
    }

    /// How urgently to stop.
    pub fn level(&self) -> Level {
        let own = Level::from_u8(self.state.level.load(Ordering::SeqCst));
        match &self.parent {
            Some(parent) => own.max(parent.level()),
            None => own,
        }
    }

    /// Whether to stop.
    pub fn is_cancelled(&self) -> bool {
        self.level() > Level::None
    }

    pub(crate) fn subscribe(&self, mailbox: &Arc<Mailbox>) {
        let mut listeners = self
            .state
            .listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|listener| listener.strong_count() > 0);
        listeners.push(Arc::downgrade(mailbox));
        drop(listeners);
        if let Some(parent) = &self.parent {
            parent.subscribe(mailbox);
        }
    }

    /// Raises this token by one level for each SIGINT, SIGTERM or SIGHUP that
    /// this process receives, until the guard is dropped.
    ///
    /// Children are in groups of their own and do not get the terminal's
    /// Ctrl-C; this is how it reaches them, once.
    ///
    /// # Errors
    /// The operating system refuses the handlers.
    pub fn on_signals(&self) -> io::Result<SignalGuard> {
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
        let handle = signals.handle();
        let cancel = self.clone();
        let thread = std::thread::Builder::new()
            .name(String::from("signals"))
            .spawn(move || {
                for _ in signals.forever() {
                    cancel.escalate();
                }
            })?;
        Ok(SignalGuard {
            handle,
            thread: Some(thread),
        })
    }
}

/// Signals raise the token as long as this lives.
#[derive(Debug)]
pub struct SignalGuard {
    handle: Handle,
    thread: Option<JoinHandle<()>>,
}

impl Drop for SignalGuard {
    fn drop(&mut self) {
        self.handle.close();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has nothing left to do here.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_up_and_never_down() {
        let cancel = Cancel::new();
        let child = cancel.child();
        cancel.escalate();
        assert_eq!(child.level(), Level::Interrupt);
        child.raise(Level::Kill);
        assert_eq!(child.level(), Level::Kill);
        assert_eq!(cancel.level(), Level::Interrupt);
        cancel.raise(Level::None);
        assert!(cancel.is_cancelled());
    }

    #[test]
    fn counts_signals_of_this_process() {
        let cancel = Cancel::new();
        let guard = cancel.on_signals().expect("handlers");
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::HUP)
            .expect("sent");
        while !cancel.is_cancelled() {
            std::thread::yield_now();
        }
        assert_eq!(cancel.level(), Level::Interrupt);
        drop(guard);
    }
}
