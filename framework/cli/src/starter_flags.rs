//! A flag for each option that some starter has, from the catalogue of starters.

use clap::error::Error;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};
use terrace_commands::init::{Answers, STARTERS};

/// Answers that were given as flags.
#[derive(Debug)]
pub(crate) struct StarterFlags(pub(crate) Answers);

/// Names of all options, each once, in the catalogue's order.
fn names() -> Vec<&'static str> {
    let mut names = Vec::new();
    for option in STARTERS.iter().flat_map(|starter| starter.options) {
        if !names.contains(&option.name) {
            names.push(option.name);
        }
    }
    names
}

/// What an option is for, and in which starters, where that is not all of them.
fn about(name: &str) -> String {
    let mut uses: Vec<(&str, Vec<&str>)> = Vec::new();
    for starter in STARTERS {
        for option in starter.options.iter().filter(|option| option.name == name) {
            match uses.iter_mut().find(|(about, _)| *about == option.about) {
                Some((_, starters)) => starters.push(starter.name),
                None => uses.push((option.about, vec![starter.name])),
            }
        }
    }
    let texts = uses.iter().map(|(about, starters)| {
        if starters.len() == STARTERS.len() {
            (*about).to_owned()
        } else {
            format!("{about} ({})", starters.join(", "))
        }
    });
    texts.collect::<Vec<_>>().join("; ")
}

impl Args for StarterFlags {
    fn augment_args(command: Command) -> Command {
        names().into_iter().fold(command, |command, name| {
            command.arg(
                Arg::new(name)
                    .long(name.replace('_', "-"))
                    .value_name(name.to_uppercase())
                    .help(about(name)),
            )
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for StarterFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let given = names().into_iter().filter_map(|name| {
            let value = matches.get_one::<String>(name)?;
            Some((name.to_owned(), value.clone()))
        });
        Ok(Self(given.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.extend(Self::from_arg_matches(matches)?.0);
        Ok(())
    }
}
