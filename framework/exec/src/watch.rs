//! The thread that waits for a child: lines, limits, stopping.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::cancel::{Cancel, Level};
use crate::command::{Command, Leftovers, Line, Stopped, Stream};
use crate::group::Group;
use crate::mailbox::{Mailbox, Wanted};

/// How long a killed child may take to be gone.
const GONE: Duration = Duration::from_secs(10);
/// How long output may stay open after the child is gone.
const HELD: Duration = Duration::from_millis(1500);

pub(crate) struct Watch<'a, 'b> {
    pub(crate) command: &'a Command,
    pub(crate) group: Group,
    pub(crate) mailbox: &'a Mailbox,
    pub(crate) cancel: &'a Cancel,
    pub(crate) on_line: Option<&'a mut (dyn FnMut(Line<'_>) + 'b)>,
    pub(crate) deadline: Option<Instant>,
    pub(crate) rung: Level,
    pub(crate) stopped: Option<Stopped>,
}

impl Watch<'_, '_> {
    /// Whether the child ended.
    pub(crate) fn until_exit(&mut self) -> bool {
        loop {
            // Only a level above the rung is news.
            let news = self
                .mailbox
                .wait(Wanted::Exit, self.deadline, self.cancel, self.rung);
            self.show(news.lines);
            if news.exited {
                return true;
            }
            if self.cancel.level() > self.rung {
                self.stopped.get_or_insert(Stopped::Cancelled);
                self.climb();
            } else if news.deadline_passed {
                if self.rung == Level::Kill {
                    return false;
                }
                self.stopped.get_or_insert(Stopped::TimedOut);
                self.climb();
            }
        }
    }

    /// Sends the next signal of the ladder, once.
    fn climb(&mut self) {
        let ladder = self.command.ladder;
        let (rung, signal, wait) = match self.rung {
            Level::None => (Level::Interrupt, Signal::INT, ladder.interrupt),
            Level::Interrupt => (Level::Terminate, Signal::TERM, ladder.terminate),
            Level::Terminate | Level::Kill => (Level::Kill, Signal::KILL, GONE),
        };
        self.rung = rung;
        self.group.signal(signal);
        self.deadline = Some(Instant::now() + wait);
    }

    /// After the child is gone. Whether its output ended by itself.
    pub(crate) fn until_end_of_output(&mut self) -> bool {
        let stopped = self.stopped.is_some();
        let ended = !stopped && self.wait_for_output(HELD);
        if stopped || !ended || self.command.leftovers == Leftovers::Kill {
            self.group.signal(Signal::KILL);
        }
        let ended_after = ended || self.wait_for_output(HELD);
        if stopped { ended_after } else { ended }
    }

    fn wait_for_output(&mut self, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        loop {
            let news = self.mailbox.wait(
                Wanted::EndOfStreams,
                Some(deadline),
                self.cancel,
                Level::Kill,
            );
            self.show(news.lines);
            if news.streams_ended {
                return true;
            }
            if news.deadline_passed {
                return false;
            }
        }
    }

    fn show(&mut self, lines: impl IntoIterator<Item = (Stream, String)>) {
        if let Some(on_line) = &mut self.on_line {
            for (stream, text) in lines {
                on_line(Line {
                    stream,
                    text: &text,
                });
            }
        }
    }
}
