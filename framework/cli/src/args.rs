//! The command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use crate::starter_flags::StarterFlags;

/// Layered configuration to plain Terraform and plain Kustomize, promoted only
/// after exactly that release was validated.
#[derive(Debug, Parser)]
#[command(
    name = "terrace",
    version,
    propagate_version = true,
    disable_help_subcommand = true
)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Global {
    /// Work on the repository in this folder
    #[arg(long, short = 'C', global = true, value_name = "DIR")]
    pub(crate) chdir: Option<PathBuf>,
    /// Print data and messages as one JSON object
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// No progress on stderr
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a platform repository from a starter
    Init(Init),
    /// Show the whole way on the local starter, step by step
    Demo(Demo),
    /// Layers to rendered/<env>/<root>/
    Render(Render),
    /// What a change does to every environment's render
    Diff(Diff),
    /// Where a value comes from
    Explain(Explain),
    /// Everything that needs no credentials
    Check,
    /// Format layer files, terrace.hcl and modules
    Fmt(Fmt),
    /// Evaluate expressions in an environment's scope
    Console(Console),
    /// Roots and components and what they wait for
    Graph(Graph),
    /// Plan an environment in waves
    Plan(Plan),
    /// Plan and apply an environment in waves, each from a saved plan
    Apply(Apply),
    /// What was changed outside of Terraform in an environment
    Drift(Drift),
    /// Run the gates of the promotions that leave an environment
    Validate(Validate),
    /// Decide, record, move the bytes; or refuse with every reason
    Promote(Promote),
    /// Finish what was interrupted: a promotion or an apply
    Resume(Apply),
    /// Show what no environment exercised, or accept exactly that list
    Ack(Ack),
    /// Agree to a release, its plans, and what nobody exercised
    Approve(Approve),
    /// Back to the last good release, byte for byte; sets a hold
    Rollback(Back),
    /// Take in what was changed on an environment's branch by hand
    Adopt(Back),
    /// Undo what was changed on an environment's branch by hand
    Revert(Move),
    /// Let nothing new into an environment
    Hold(Hold),
    /// End a hold
    Unhold(Unhold),
    /// Withdraw a release, or what a key signed
    Revoke(Revoke),
    /// Environments, components, and what blocks them
    Status(Status),
    /// Verify the ledger and every environment branch, offline
    Verify(Verify),
    /// Signing keys
    #[command(subcommand)]
    Keys(Keys),
    /// Kustomize in process
    #[command(subcommand)]
    Kustomize(Kustomize),
    /// Remote modules and bases as local files with a digest
    Vendor(Vendor),
    /// Explain an error code
    Help(Help),
    /// Completions for a shell
    Completions(Completions),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Init {
    /// Folder to make, or to fill: an empty one, or a fresh clone without commits
    #[arg(default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Which starter: asked for on a terminal, `local` otherwise
    #[arg(long)]
    pub(crate) starter: Option<String>,
    #[command(flatten)]
    pub(crate) answers: StarterFlags,
    /// Ask nothing, also on a terminal: flags and defaults are taken
    #[arg(long)]
    pub(crate) no_input: bool,
    /// No git repository and no commit
    #[arg(long)]
    pub(crate) no_git: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Demo {
    /// Folder to keep; a temporary one is used and removed otherwise
    #[arg(long)]
    pub(crate) dir: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Render {
    /// Environments; none: all
    pub(crate) environments: Vec<String>,
    /// Compare with rendered/ and write nothing; 2 when it differs
    #[arg(long)]
    pub(crate) check: bool,
    /// Compare with a commit or release instead
    #[arg(long, value_name = "REF|RELEASE", requires = "check")]
    pub(crate) against: Option<String>,
    /// Replace files in rendered/ that were written by hand
    #[arg(long)]
    pub(crate) force: bool,
    /// Do not sync the file system before the exchange
    #[arg(long)]
    pub(crate) no_sync: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Diff {
    /// One: its changes only; two: how they differ from each other
    #[arg(num_args = 0..=2, value_name = "ENV")]
    pub(crate) environments: Vec<String>,
    /// Commit to compare with; the last one otherwise
    #[arg(long, value_name = "REF")]
    pub(crate) base: Option<String>,
    /// Lines of files also between two environments, where values are shown
    #[arg(long, short)]
    pub(crate) patch: bool,
    /// Names only
    #[arg(long)]
    pub(crate) name_only: bool,
    /// As the text of a pull request's comment
    #[arg(long, conflicts_with = "name_only")]
    pub(crate) markdown: bool,
    /// Exit 2 when anything differs
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Explain {
    /// The environment
    #[arg(value_name = "ENV")]
    pub(crate) environment: String,
    /// The component, or a path: in the inputs of a Terraform component
    /// (`app.node_pool.min_size`), in the resources of a Kustomize component
    /// (`web.Deployment/web.spec.replicas`, `kustomize.web` where both have the
    /// name)
    #[arg(value_name = "COMPONENT[.path]")]
    pub(crate) path: String,
    /// The path by itself: `Deployment/web.spec.template.spec.containers[0].image`
    #[arg(value_name = "PATH")]
    pub(crate) field: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Fmt {
    /// Name the files and write nothing; 2 when there are any
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Console {
    /// The environment
    #[arg(value_name = "ENV")]
    pub(crate) environment: String,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Graph {
    /// Environments; none: all
    pub(crate) environments: Vec<String>,
    /// How to draw it
    #[arg(long, value_enum, default_value = "dot")]
    pub(crate) format: GraphFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum GraphFormat {
    Dot,
    Mermaid,
    Json,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Plan {
    /// The environment
    #[arg(value_name = "ENV")]
    pub(crate) environment: String,
    /// Plan the working copy's render instead of the environment's release
    #[arg(long)]
    pub(crate) render: bool,
    /// Plan this release, before it is promoted
    #[arg(long, value_name = "RELEASE", conflicts_with = "render")]
    pub(crate) release: Option<String>,
    /// Exit 2 when there are changes
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Drift {
    /// The environment
    #[arg(value_name = "ENV")]
    pub(crate) environment: String,
    /// Exit 2 when there is drift
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
    /// Signing key
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Apply {
    /// The environment
    #[arg(value_name = "ENV")]
    pub(crate) environment: String,
    /// A root whose plan may delete or replace
    #[arg(long, value_name = "ROOT")]
    pub(crate) allow_destroy: Vec<String>,
    /// Signing key
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Validate {
    /// The environment
    #[arg(value_name = "ENV")]
    pub(crate) environment: String,
    /// Signing key
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Promote {
    /// The environment that gets the release
    #[arg(value_name = "ENV")]
    pub(crate) environment: String,
    /// The release, by its digest or the start of it
    #[arg(long)]
    pub(crate) release: Option<String>,
    /// Decide and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Declare an emergency: what refuses now is set aside once another person confirms
    #[arg(long, value_name = "REASON", requires = "until", conflicts_with_all = ["dry_run", "confirm"])]
    pub(crate) break_glass: Option<String>,
    /// By when the emergency is cleaned up: a time, or how long from now (`4h`)
    #[arg(long, value_name = "TIME", requires = "break_glass")]
    pub(crate) until: Option<String>,
    /// Where the emergency is followed up
    #[arg(long, requires = "break_glass")]
    pub(crate) ticket: Option<String>,
    /// Confirm an emergency that another person declared, and carry it out
    #[arg(long, value_name = "ENTRY", conflicts_with_all = ["dry_run", "release"])]
    pub(crate) confirm: Option<String>,
    /// Signing key
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Ack {
    /// The environment that is to get the release
    #[arg(value_name = "ENV")]
    pub(crate) environment: String,
    /// The list or the drift to accept, by the start of its digest; shown without
    #[arg(long, value_name = "LIST")]
    pub(crate) list: Option<String>,
    /// The release, by its digest or the start of it
    #[arg(long)]
    pub(crate) release: Option<String>,
    /// Let the environment be an entry, its last promotion removed, or be gone
    #[arg(long, requires = "reason", conflicts_with_all = ["list", "release"])]
    pub(crate) open: bool,
    /// Why, with --open
    #[arg(long, requires = "open")]
    pub(crate) reason: Option<String>,
    /// Signing key
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Approve {
    /// The environment that is to get the release
    #[arg(value_name = "ENV")]
    pub(crate) environment: String,
    /// The release, by its digest or the start of it
    #[arg(long)]
    pub(crate) release: Option<String>,
    /// Signing key
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Back {
    #[command(flatten)]
    pub(crate) common: Move,
    /// The release, by its digest or the start of it; the last good one, or the next
    #[arg(long)]
    pub(crate) release: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Move {
    /// The environment
    #[arg(value_name = "ENV")]
    pub(crate) environment: String,
    /// Why, for people
    #[arg(long)]
    pub(crate) reason: Option<String>,
    /// Decide and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Signing key
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Hold {
    /// The environment
    #[arg(value_name = "ENV")]
    pub(crate) environment: String,
    /// Why, for people
    #[arg(long)]
    pub(crate) reason: String,
    /// It ends by itself then: a time, or how long from now (`4h`)
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// Signing key
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Unhold {
    /// The environment
    #[arg(value_name = "ENV")]
    pub(crate) environment: String,
    /// Why, for people
    #[arg(long)]
    pub(crate) reason: String,
    /// Signing key
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Revoke {
    /// The release, by its digest or the start of it; or a key, `SHA256:…`; with
    /// --policy, an environment
    #[arg(value_name = "RELEASE|KEY|ENV")]
    pub(crate) what: String,
    /// The first ledger entry by the key that no longer counts
    #[arg(long, value_name = "SEQ")]
    pub(crate) since: Option<u64>,
    /// What was validated under today's rules of the promotions into ENV
    #[arg(long, conflicts_with = "since")]
    pub(crate) policy: bool,
    /// Why, for people
    #[arg(long)]
    pub(crate) reason: String,
    /// Signing key
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Status {
    /// Environments; none: all
    pub(crate) environments: Vec<String>,
    /// Ask the remote first
    #[arg(long)]
    pub(crate) fetch: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Verify {
    /// Only this environment's branch, besides the ledger
    #[arg(value_name = "ENV")]
    pub(crate) environment: Option<String>,
    /// Compile the commits of every promotion again: what was exercised
    #[arg(long)]
    pub(crate) recompute: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Make a signing key outside the repository, and print the lines to commit
    New(KeysNew),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct KeysNew {
    /// The principal, as it stands in trust/allowed_signers
    pub(crate) name: String,
    /// What it may sign; given more than once, all of them
    #[arg(long, value_enum, required = true)]
    pub(crate) role: Vec<Role>,
    /// Kind of key
    #[arg(long, value_enum, default_value = "ed25519")]
    pub(crate) algorithm: Algorithm,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Role {
    Promoter,
    Validator,
    Approver,
    Oncall,
    Revoker,
}

impl From<Role> for terrace_commands::keys::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Promoter => Self::Promoter,
            Role::Validator => Self::Validator,
            Role::Approver => Self::Approver,
            Role::Oncall => Self::Oncall,
            Role::Revoker => Self::Revoker,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Algorithm {
    Ed25519,
    EcdsaP256,
}

impl From<Algorithm> for terrace_commands::keys::Algorithm {
    fn from(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Ed25519 => Self::Ed25519,
            Algorithm::EcdsaP256 => Self::EcdsaP256,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Kustomize {
    /// Drop-in for `kustomize build`: the same bytes
    Build(KustomizeBuild),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct KustomizeBuild {
    /// Folder with a kustomization
    #[arg(default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Which files may be read
    #[arg(long, value_enum, default_value = "LoadRestrictionsRootOnly")]
    pub(crate) load_restrictor: LoadRestrictor,
    /// Order of the resources
    #[arg(long, value_enum)]
    pub(crate) reorder: Option<Reorder>,
    /// Write to this file, or one file for each resource into this folder
    #[arg(long, short)]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) permissions: KustomizePermissions,
    #[arg(long, hide = true)]
    pub(crate) enable_managedby_label: bool,
}

/// Flags of kustomize that permit programs, containers or the network. They are
/// taken, so that a CI job that always passes them needs no change, and change
/// nothing: what would make use of one is refused where a kustomization has it.
#[derive(Debug, ClapArgs)]
pub(crate) struct KustomizePermissions {
    #[arg(long, hide = true)]
    enable_helm: bool,
    #[arg(long, hide = true)]
    helm_command: Option<String>,
    #[arg(long, hide = true)]
    helm_api_versions: Vec<String>,
    #[arg(long, hide = true)]
    helm_kube_version: Option<String>,
    #[arg(long, hide = true)]
    helm_debug: bool,
    #[arg(long, hide = true)]
    enable_alpha_plugins: bool,
    #[arg(long, hide = true)]
    enable_exec: bool,
    #[arg(long, hide = true)]
    enable_star: bool,
    #[arg(long, short = 'e', hide = true)]
    env: Vec<String>,
    #[arg(long, hide = true)]
    mount: Vec<String>,
    #[arg(long, hide = true)]
    network: bool,
    #[arg(long, hide = true)]
    network_name: Option<String>,
    #[arg(long, hide = true)]
    as_current_user: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Vendor {
    /// Compare and write nothing, without the network; 2 when something is
    /// missing, stale or changed
    #[arg(long, conflicts_with_all = ["update", "dry_run", "yes", "force"])]
    pub(crate) check: bool,
    /// Resolve again: these sources (address, or folder below vendor/), or all
    #[arg(long, num_args = 0.., value_name = "NAME")]
    pub(crate) update: Option<Vec<String>>,
    /// Show what would change and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Write an update without asking
    #[arg(long)]
    pub(crate) yes: bool,
    /// Replace copies that were changed by hand
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Help {
    /// A code (E0405) or its name (layer-kind-conflict); none: the commands
    pub(crate) code: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LoadRestrictor {
    /// Files below the kustomization's folder only
    #[value(name = "LoadRestrictionsRootOnly")]
    RootOnly,
    /// All files
    #[value(name = "LoadRestrictionsNone")]
    None,
}

impl From<LoadRestrictor> for terrace_commands::kustomize::LoadRestrictor {
    fn from(restrictor: LoadRestrictor) -> Self {
        match restrictor {
            LoadRestrictor::RootOnly => Self::RootOnly,
            LoadRestrictor::None => Self::None,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Reorder {
    /// Some kinds first, webhooks last
    Legacy,
    /// As accumulated
    None,
}

impl From<Reorder> for terrace_commands::kustomize::Reorder {
    fn from(reorder: Reorder) -> Self {
        match reorder {
            Reorder::Legacy => Self::Legacy,
            Reorder::None => Self::None,
        }
    }
}
