//! The named scenarios of promotion, each through the binary: a repository of
//! its own, a fake tofu whose state is shared like a remote one, gates that are
//! scripts, people with keys.
//!
//! | file | what it holds |
//! |---|---|
//! | `platform.rs` | the harness |
//! | `forge.rs` | the ledger written past the binary |
//! | `cloud.rs` | the fake tofu, and the world that it changes |
//! | `auditing.rs` | the commands of docs/auditing.md |
//! | `terminal.rs` | what signers wrote, as it is shown |
//! | `sNN_….rs` | one scenario each, named in its first line |

#[allow(dead_code, reason = "every scenario uses its part of the harness")]
mod cloud;
mod forge;
#[allow(dead_code, reason = "every scenario uses its part of the harness")]
mod platform;

mod auditing;
mod caches;
mod i01_bytes;
mod i02_same_parts;
mod i04_gates;
mod i08_authors;
mod i11_lock;
mod i18_secrets;
mod i19_clones;
mod s01_happy_path;
mod s02_never_in_ops;
mod s03_edited_after_validation;
mod s04_comment_only;
mod s05_masked;
mod s06_target_only;
mod s07_fails_after_a_pass;
mod s08_time;
mod s09_drift;
mod s10_by_hand;
mod s11_racing;
mod s12_revoked_meanwhile;
mod s13_partial;
mod s14_killed;
mod s15_rollback;
mod s16_older_release;
mod s17_fan_in;
mod s18_break_glass;
mod s19_ledger_attacks;
mod s20_keys;
mod s21_envelopes;
mod s22_files;
mod s23_rules;
mod s24_stale_plan;
mod terminal;
