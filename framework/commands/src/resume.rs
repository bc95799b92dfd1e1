//! `terrace resume ENV`: finish what was interrupted: a promotion that recorded
//! its intent and did not move the branch, an apply that ended in part or was
//! killed. The intent stays the same one.

use serde_json::json;
use terrace_promotion::Phase;

use crate::compile::Messages;
use crate::ledger::{Read, Session, settle, with_retries};
use crate::statements::known_environment;
use crate::{Outcome, Talk, World, apply};

/// Finishes it.
pub fn run(world: &World, options: &apply::Options, talk: Talk<'_>) -> Outcome {
    let env = options.environment.as_str();
    let found = with_retries(world, |session| {
        known_environment(session, env)?;
        let moved = settle(session, env)?;
        if moved {
            *session = Session::open(world, Read::Fetch)?;
        }
        Ok((moved, session.view.env(env).phase()))
    });
    let (moved, phase) = match found {
        Ok(found) => found,
        Err(failure) => return failure.outcome(),
    };
    if moved {
        talk(&format!("env/{env} is moved to what its intent says"));
    }
    if phase == Phase::Idle {
        let text = format!("{env}: nothing was interrupted\n");
        return Outcome::data(text, json!({ "resumed": moved }), Messages::default());
    }
    apply::run(world, options, talk)
}
