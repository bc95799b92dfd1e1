//! Checks of what the starters, modules and bases contain.
//!
//! The tools they need (terraform, kubectl, the schema provider beside this
//! repository) are looked for; a check without its tool says so and passes.

#![expect(
    clippy::unwrap_used,
    reason = "the helpers of tests are not marked as tests"
)]

mod bases;
mod checkov;
mod modules;
mod readme;
mod starters;
mod tools;
