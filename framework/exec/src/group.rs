//! Signals to a child's whole process group.

use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// A child that leads its own group and is not reaped yet: as long as it is
/// not, its id cannot be given to anybody else, so that signals cannot go astray.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group(Pid);

impl Group {
    pub(crate) fn of(child: &std::process::Child) -> Option<Self> {
        i32::try_from(child.id())
            .ok()
            .and_then(Pid::from_raw)
            .map(Self)
    }

    pub(crate) fn id(self) -> i32 {
        self.0.as_raw_nonzero().get()
    }

    /// Sends a signal to every process of the group. A group without living
    /// processes is none of our concern.
    pub(crate) fn signal(self, signal: Signal) {
        let _ = kill_process_group(self.0, signal);
        if signal != Signal::KILL {
            // A stopped process sees the signal only when it goes on.
            let _ = kill_process_group(self.0, Signal::CONT);
        }
    }

    /// Waits for the leader to end, without reaping it.
    pub(crate) fn wait(self) {
        while let Err(Errno::INTR) = waitid(
            WaitId::Pid(self.0),
            WaitIdOptions::EXITED | WaitIdOptions::NOWAIT,
        ) {}
    }
}
