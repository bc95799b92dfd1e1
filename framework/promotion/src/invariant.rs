//! The twenty invariants and what a refusal says.

use std::fmt;

use terrace_diag::{Diagnostic, one_line};
use terrace_release::json::{Value, object};

use crate::codes;

/// The rules that hold after every step (promotion.md, Invariants).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    /// The bytes that move are the release's.
    I1,
    /// Evidence is of this very release and covers what changes.
    I2,
    /// Evidence was made under today's rules.
    I3,
    /// The latest verdict counts.
    I4,
    /// Evidence is neither expired nor from the future.
    I5,
    /// No drift since.
    I6,
    /// Signers are trusted, for this platform and environment.
    I7,
    /// Validators, approvers and authors are different people.
    I8,
    /// Forward only; back is a rollback and says so.
    I9,
    /// The graph of environments is followed.
    I10,
    /// One open intent per environment.
    I11,
    /// Holds and windows count at the moment of the move.
    I12,
    /// A part moves only with what it depends on.
    I13,
    /// A partial apply is never a success.
    I14,
    /// Concurrent writers lose nothing.
    I15,
    /// The ledger only grows.
    I16,
    /// Environment branches move by intents only.
    I17,
    /// No secrets in releases.
    I18,
    /// A clone is enough to verify.
    I19,
    /// What cannot be understood or found refuses.
    I20,
}

impl Invariant {
    /// `I6`.
    pub const fn id(self) -> &'static str {
        [
            "I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I12", "I13",
            "I14", "I15", "I16", "I17", "I18", "I19", "I20",
        ][self as usize]
    }

    /// A word or two for the line of a refusal.
    pub const fn topic(self) -> &'static str {
        [
            "bytes",
            "evidence",
            "rules",
            "verdict",
            "expiry",
            "drift",
            "trust",
            "approval",
            "order",
            "graph",
            "intent",
            "hold",
            "closure",
            "degraded",
            "race",
            "ledger",
            "unattested",
            "secret",
            "offline",
            "incomplete",
        ][self as usize]
    }

    /// Whether a break-glass can set it aside. Bytes, ledger, open intents,
    /// hand-made changes, secrets and missing facts stay.
    pub const fn waivable(self) -> bool {
        matches!(
            self,
            Self::I2
                | Self::I3
                | Self::I4
                | Self::I5
                | Self::I6
                | Self::I8
                | Self::I9
                | Self::I10
                | Self::I12
        )
    }
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// One reason why a release may not move.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Denial {
    /// The environment it may not move to.
    pub env: String,
    /// The rule.
    pub invariant: Invariant,
    /// What it is about: the invariant's topic, or a finer one (`coverage`, `soak`).
    pub topic: &'static str,
    /// The edge that asks for it, as `ops->apps`; `None`: every way does.
    pub edge: Option<String>,
    /// What is the case.
    pub fact: String,
    /// `file:line` or the like, if there is one.
    pub place: Option<String>,
    /// What to do next: a command where there is one.
    pub next: String,
    /// Whether a break-glass can set it aside.
    pub waivable: bool,
}

impl Denial {
    /// A denial with the invariant's own topic.
    pub fn new(
        env: &str,
        invariant: Invariant,
        fact: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self {
            env: String::from(env),
            invariant,
            topic: invariant.topic(),
            edge: None,
            fact: fact.into(),
            place: None,
            next: next.into(),
            waivable: invariant.waivable(),
        }
    }

    /// What a break-glass calls it, to set exactly this aside: `I4 soak ops->apps`.
    pub fn name(&self) -> String {
        let edge = self.edge.iter().map(|edge| format!(" {edge}"));
        format!(
            "{} {}{}",
            self.invariant,
            self.topic,
            edge.collect::<String>()
        )
    }

    /// With a finer topic.
    #[must_use]
    pub fn about(mut self, topic: &'static str) -> Self {
        self.topic = topic;
        self
    }

    /// With a place.
    #[must_use]
    pub fn at(mut self, place: Option<String>) -> Self {
        self.place = place;
        self
    }

    /// One that even a break-glass does not set aside.
    #[must_use]
    pub fn absolute(mut self) -> Self {
        self.waivable = false;
        self
    }

    /// For programs.
    pub fn to_json(&self) -> Value {
        object([
            ("environment", self.env.as_str().into()),
            ("invariant", self.invariant.id().into()),
            ("topic", self.topic.into()),
            ("edge", self.edge.as_deref().into()),
            ("fact", self.fact.as_str().into()),
            ("place", self.place.as_deref().into()),
            ("next", self.next.as_str().into()),
            ("waivable", self.waivable.into()),
        ])
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Whatever a signer wrote is part of this one line.
        write!(
            f,
            "{} BLOCKED  {} {}: {}",
            one_line(&self.env),
            self.invariant,
            self.topic,
            one_line(&self.fact)
        )?;
        if let Some(place) = &self.place {
            write!(f, " ({})", one_line(place))?;
        }
        write!(f, "    fix: {}", one_line(&self.next))
    }
}

impl From<Denial> for Diagnostic {
    fn from(denial: Denial) -> Self {
        let place = denial
            .place
            .as_ref()
            .map_or(String::new(), |place| format!(" ({place})"));
        Self::error(
            &codes::REFUSED,
            format!(
                "{} {} {}: {}{place}",
                denial.env, denial.invariant, denial.topic, denial.fact
            ),
        )
        .help(denial.next)
    }
}
