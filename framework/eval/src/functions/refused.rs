//! Functions of Terraform that are not called here, with the reasons.

use super::support::{ANY, any, fail, fixed};
use crate::function::Function;

macro_rules! refused {
    ($($name:ident = $label:literal, $reason:literal;)*) => {
        $(pub(super) static $name: Function = Function::refused($label, $reason);)*
    };
}

refused! {
    ABSPATH = "abspath", "its result depends on the working directory, and a render must be the same everywhere";
    BCRYPT = "bcrypt", "its result is salted by chance, and a render must not change by itself";
    PATHEXPAND = "pathexpand", "its result depends on the home folder of whoever renders, and a render must be the same everywhere";
    PLANTIMESTAMP = "plantimestamp", "it reads the clock, and a render must not change by itself; use it in a module instead";
    TIMESTAMP = "timestamp", "it reads the clock, and a render must not change by itself; use it in a module instead";
    UUID = "uuid", "its result is random, and a render must not change by itself; use uuidv5 for a stable one";
}

pub(super) static LIST: Function = Function::eager(
    "list",
    &[],
    Some(any("vals").unknown().dynamic().null()),
    fixed(ANY),
    |_, _, _| {
        fail(
            "the \"list\" function was deprecated in Terraform v0.12 and is no longer available; use tolist([ ... ]) syntax to write a literal list",
        )
    },
);

pub(super) static MAP: Function = Function::eager(
    "map",
    &[],
    Some(any("vals").unknown().dynamic().null()),
    fixed(ANY),
    |_, _, _| {
        fail(
            "the \"map\" function was deprecated in Terraform v0.12 and is no longer available; use tomap({ ... }) syntax to write a literal map",
        )
    },
);
