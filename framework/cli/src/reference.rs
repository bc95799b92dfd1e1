//! The command line and the error codes as Markdown: `docs/reference/`.

use std::fmt::Write;

use clap::{Arg, Command};

/// Every command with its flags.
pub fn cli() -> String {
    let mut command = crate::command();
    command.build();
    let mut out = String::from(
        "# Command line\n\n<!-- Made from the code: UPDATE=1 cargo test -p terrace-cli --test reference -->\n\n",
    );
    let _ = writeln!(out, "{}\n", about(&command));
    out.push_str("## Flags of every command\n\n");
    flags(
        &mut out,
        command.get_arguments().filter(|arg| arg.is_global_set()),
    );
    for sub in command.get_subcommands() {
        one(&mut out, sub, "terrace", 2);
    }
    out
}

fn one(out: &mut String, command: &Command, parent: &str, level: usize) {
    if command.get_name() == "help" && command.get_arguments().next().is_none() {
        return;
    }
    let name = format!("{parent} {}", command.get_name());
    let hashes = "#".repeat(level);
    let _ = writeln!(out, "{hashes} `{name}`\n\n{}\n", about(command));
    let mut usage = name.clone();
    for arg in command.get_positionals() {
        let value = value_name(arg);
        let repeat = if arg.get_num_args().is_some_and(|n| n.max_values() > 1) {
            "…"
        } else {
            ""
        };
        match arg.is_required_set() {
            true => {
                let _ = write!(usage, " {value}{repeat}");
            }
            false => {
                let _ = write!(usage, " [{value}{repeat}]");
            }
        }
    }
    if command.get_subcommands().next().is_none() {
        let _ = writeln!(out, "```sh\n{usage}\n```\n");
        flags(
            out,
            command.get_arguments().filter(|arg| !arg.is_global_set()),
        );
    }
    for sub in command.get_subcommands() {
        one(out, sub, &name, level + 1);
    }
}

fn flags<'a>(out: &mut String, args: impl Iterator<Item = &'a Arg>) {
    let rows: Vec<String> = args
        .filter(|arg| !matches!(arg.get_id().as_str(), "help" | "version") && !arg.is_hide_set())
        .map(|arg| {
            let name = match (arg.get_short(), arg.get_long()) {
                (Some(short), Some(long)) => format!("`-{short}`, `--{long}`"),
                (None, Some(long)) => format!("`--{long}`"),
                _ => format!("`{}`", value_name(arg)),
            };
            let takes = arg.get_action().takes_values() && arg.get_long().is_some();
            let value = if takes {
                format!(" `{}`", value_name(arg))
            } else {
                String::new()
            };
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            let choices: Vec<String> = arg
                .get_possible_values()
                .iter()
                .filter(|_| takes)
                .map(|value| format!("`{}`", value.get_name()))
                .collect();
            let choices = match choices.is_empty() {
                true => String::new(),
                false => format!(": {}", choices.join(", ")),
            };
            // A bar would end the cell, also in code.
            let cell = |text: String| text.replace('|', "\\|");
            let (left, right) = (format!("{name}{value}"), format!("{help}{choices}"));
            format!("| {} | {} |", cell(left), cell(right))
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(out, "| | |\n|---|---|\n{}\n", rows.join("\n"));
}

fn value_name(arg: &Arg) -> String {
    arg.get_value_names()
        .and_then(|names| names.first())
        .map_or_else(|| arg.get_id().as_str().to_uppercase(), ToString::to_string)
}

fn about(command: &Command) -> String {
    command
        .get_long_about()
        .or_else(|| command.get_about())
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// Every error code with its explanation.
pub fn errors() -> String {
    let mut out = String::from(
        "# Error codes\n\n<!-- Made from the code: UPDATE=1 cargo test -p terrace-cli --test reference -->\n\n`terrace help CODE` prints the same.\n\n",
    );
    for code in terrace_commands::help::all() {
        let _ = writeln!(out, "## {} {}\n\n{}\n", code.id, code.slug, code.explain);
    }
    out
}
