//! Arguments to commands.

use terrace_commands as commands;
use terrace_commands::promote::Mode;
use terrace_commands::statements::Statement;
use terrace_commands::{Outcome, World};
use terrace_diag::Diagnostic;

use crate::args::{Command, GraphFormat, Keys, Kustomize, Move, Promote};
use crate::print::Printer;

/// Runs a command.
pub(crate) fn run(command: Command, world: &World, printer: &Printer) -> Outcome {
    let talk = |line: &str| printer.talk(line);
    match command {
        Command::Init(args) => commands::init::run(
            world,
            &commands::init::Options {
                dir: args.dir,
                starter: args.starter,
                answers: args.answers.0,
                input: printer.dialogue(world, args.no_input),
                no_git: args.no_git,
            },
            &talk,
        ),
        Command::Render(args) => commands::render::run(
            world,
            &commands::render::Options {
                environments: args.environments,
                check: args.check,
                against: args.against,
                force: args.force,
                no_sync: args.no_sync,
            },
        ),
        Command::Diff(args) => commands::diff::run(
            world,
            &commands::diff::Options {
                environments: args.environments,
                base: args.base,
                patch: args.patch,
                name_only: args.name_only,
                markdown: args.markdown,
                detailed_exitcode: args.detailed_exitcode,
            },
        ),
        Command::Explain(args) => {
            commands::explain::run(world, &args.environment, &args.path, args.field.as_deref())
        }
        Command::Check => commands::check::run(world),
        Command::Fmt(args) => {
            commands::fmt::run(world, commands::fmt::Options { check: args.check })
        }
        Command::Graph(args) => {
            let format = match args.format {
                GraphFormat::Dot => commands::graph::Format::Dot,
                GraphFormat::Mermaid => commands::graph::Format::Mermaid,
                GraphFormat::Json => commands::graph::Format::Json,
            };
            commands::graph::run(world, &args.environments, format)
        }
        Command::Help(args) => match args.code {
            Some(code) => commands::help::run(&code),
            None => Outcome {
                text: crate::command().render_long_help().to_string(),
                ..Outcome::default()
            },
        },
        Command::Completions(args) => {
            let mut bytes = Vec::new();
            clap_complete::generate(args.shell, &mut crate::command(), "terrace", &mut bytes);
            Outcome {
                text: String::from_utf8_lossy(&bytes).into_owned(),
                exact: true,
                ..Outcome::default()
            }
        }
        Command::Demo(args) => commands::demo::run(world, args.dir.as_deref(), &talk),
        Command::Plan(args) => commands::plan::run(
            world,
            &commands::plan::Options {
                environment: args.environment,
                render: args.render,
                release: args.release,
                detailed_exitcode: args.detailed_exitcode,
            },
            &talk,
        ),
        Command::Apply(args) => commands::apply::run(
            world,
            &commands::apply::Options {
                environment: args.environment,
                allow_destroy: args.allow_destroy,
                key: args.key,
            },
            &talk,
        ),
        Command::Drift(args) => commands::drift::run(
            world,
            &commands::drift::Options {
                environment: args.environment,
                detailed_exitcode: args.detailed_exitcode,
                key: args.key,
            },
            &talk,
        ),
        Command::Validate(args) => commands::validate::run(
            world,
            &commands::validate::Options {
                environment: args.environment,
                key: args.key,
            },
            &talk,
        ),
        Command::Resume(args) => commands::resume::run(
            world,
            &commands::apply::Options {
                environment: args.environment,
                allow_destroy: args.allow_destroy,
                key: args.key,
            },
            &talk,
        ),
        Command::Promote(args) => promote(world, args),
        Command::Ack(args) if args.open => {
            let statement = Statement::Open {
                env: args.environment,
                reason: args.reason.unwrap_or_default(),
            };
            commands::statements::run(world, &statement, args.key.as_ref())
        }
        Command::Ack(args) => commands::agree::ack(
            world,
            &commands::agree::Options {
                env: args.environment,
                release: args.release,
                list: args.list,
                key: args.key,
            },
        ),
        Command::Approve(args) => commands::agree::approve(
            world,
            &commands::agree::Options {
                env: args.environment,
                release: args.release,
                list: None,
                key: args.key,
            },
        ),
        Command::Rollback(args) => moved(world, args.common, Mode::Rollback, args.release),
        Command::Adopt(args) => moved(world, args.common, Mode::Adopt, args.release),
        Command::Revert(args) => moved(world, args, Mode::Revert, None),
        Command::Hold(args) => {
            let until = args
                .until
                .map(|text| commands::emergency::until(world, &text));
            match until.transpose() {
                Err(error) => Outcome::error(error),
                Ok(until) => {
                    let statement = Statement::Hold {
                        env: args.environment,
                        reason: args.reason,
                        until,
                    };
                    commands::statements::run(world, &statement, args.key.as_ref())
                }
            }
        }
        Command::Unhold(args) => {
            let statement = Statement::Unhold {
                env: args.environment,
                reason: args.reason,
            };
            commands::statements::run(world, &statement, args.key.as_ref())
        }
        Command::Revoke(args) if args.policy => {
            let statement = Statement::RevokePolicy {
                env: args.what,
                reason: args.reason,
            };
            commands::statements::run(world, &statement, args.key.as_ref())
        }
        Command::Revoke(args) => {
            let statement = match (args.what.starts_with("SHA256:"), args.since) {
                (true, Some(since)) => Statement::RevokeKey {
                    fingerprint: args.what,
                    since,
                    reason: args.reason,
                },
                (false, None) => Statement::RevokeRelease {
                    release: args.what,
                    reason: args.reason,
                },
                (true, None) => {
                    return usage("a key is revoked from a ledger entry on: --since SEQ");
                }
                (false, Some(_)) => {
                    return usage(
                        "--since goes with a key (SHA256:…): a release is revoked as a whole",
                    );
                }
            };
            commands::statements::run(world, &statement, args.key.as_ref())
        }
        Command::Status(args) => commands::status::run(
            world,
            &commands::status::Options {
                environments: args.environments,
                fetch: args.fetch,
            },
        ),
        Command::Verify(args) => commands::verify::run(
            world,
            &commands::verify::Options {
                environment: args.environment,
                recompute: args.recompute,
            },
        ),
        Command::Keys(Keys::New(args)) => commands::keys::new(
            world,
            &commands::keys::NewOptions {
                name: args.name,
                roles: args.role.into_iter().map(Into::into).collect(),
                algorithm: args.algorithm.into(),
            },
        ),
        Command::Vendor(args) => commands::vendor::run(
            world,
            &commands::vendor::Options {
                check: args.check,
                update: args.update,
                dry_run: args.dry_run,
                yes: args.yes,
                force: args.force,
                input: printer.dialogue(world, false),
            },
            &talk,
        ),
        Command::Console(args) => {
            let show = |outcome: &Outcome| printer.outcome(outcome);
            commands::console::run(world, &args.environment, printer.input(), &show)
        }
        Command::Kustomize(Kustomize::Build(args)) => commands::kustomize::build(
            world,
            &commands::kustomize::Options {
                dir: args.dir,
                load_restrictor: args.load_restrictor.into(),
                reorder: args.reorder.map(Into::into),
                output: args.output,
                managed_by_label: args.enable_managedby_label,
            },
        ),
    }
}

/// A fault in how the command was called that clap cannot see.
fn usage(message: &str) -> Outcome {
    Outcome::error(Diagnostic::error(&commands::codes::USAGE, message))
}

/// Forward, or the two halves of an emergency.
fn promote(world: &World, args: Promote) -> Outcome {
    match (args.break_glass, args.until, args.confirm) {
        (Some(reason), Some(until), _) => commands::emergency::declare(
            world,
            &commands::emergency::Declaration {
                env: args.environment,
                release: args.release,
                reason,
                ticket: args.ticket,
                until,
                key: args.key,
            },
        ),
        (_, _, Some(entry)) => commands::emergency::confirm(
            world,
            &commands::emergency::Confirmation {
                env: args.environment,
                entry,
                key: args.key,
            },
        ),
        _ => commands::promote::run(
            world,
            &commands::promote::Options {
                release: args.release,
                dry_run: args.dry_run,
                key: args.key,
                ..commands::promote::Options::forward(&args.environment)
            },
        ),
    }
}

/// Moves an environment in another way than forward.
fn moved(world: &World, args: Move, mode: Mode, release: Option<String>) -> Outcome {
    commands::promote::run(
        world,
        &commands::promote::Options {
            mode,
            release,
            dry_run: args.dry_run,
            key: args.key,
            reason: args.reason,
            ..commands::promote::Options::forward(&args.environment)
        },
    )
}
