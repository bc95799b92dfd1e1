//! The promotion rules: what the ledger proves, and whether a release may move.
//!
//! | file | what it holds |
//! |---|---|
//! | `policy.rs`, `window.rs` | the rules of the protected branch, with a digest per edge |
//! | `body.rs`, `body/` | what entries of each kind say |
//! | `view.rs`, `fold.rs` | the state that the entries give |
//! | `decide.rs`, `decide/` | [`decide`]: all reasons why a release may not move |
//! | `audit.rs` | the same decision again for every intent of a ledger |
//! | `status.rs` | the environment × component matrix |
//! | `coverage.rs` | which changed values the source environment exercised |
//! | `invariant.rs` | I1 to I20 and the text of a refusal |
//!
//! Pure: no clock, no files, no git. Times, digests of stored bytes, ancestry
//! and the state of branches come in as [`Facts`].

mod audit;
pub mod body;
pub mod codes;
pub mod coverage;
mod decide;
mod fold;
mod invariant;
pub mod policy;
pub mod status;
mod view;
mod window;

pub use audit::{Finding, History, audit};
pub use decide::{
    Binding, Branch, Bytes, Coverage, Decision, EmergencyState, Facts, Order, Question, Release,
    approved_plans, decide, deny_story, deny_unverified, emergency, standing, unexercised,
};
pub use fold::{StoryFault, fold};
pub use invariant::{Denial, Invariant};
pub use policy::Policy;
pub use view::{
    BreakGlass, Drift, Emergency, EnvView, Hold, IntentSeen, OpenIntent, Phase, Placement,
    Released, RevokedContent, Verdict, View, Word,
};
pub use window::Window;
