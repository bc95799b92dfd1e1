//! Error codes of this crate: E0840 to E0899.

terrace_diag::codes! {
    /// Neither terraform nor tofu.
    NO_TERRAFORM = "E0840", "no-terraform",
        "Neither `terraform` nor `tofu` is in PATH. Rendering, checking and promoting need \
         neither of them; planning and applying do.";
    /// Its version cannot be read.
    TERRAFORM_VERSION = "E0841", "terraform-version",
        "The program called terraform or tofu did not answer `version -json` as either does.";
    /// Variables that would change what a plan means.
    REFUSED_VARIABLES = "E0842", "refused-variables",
        "`TF_CLI_ARGS*` adds arguments to every terraform call and `TF_WORKSPACE` moves its \
         state, both without a trace in the release. A plan made under them would not be the \
         plan of the release, so they are refused.";
    /// Rendered bytes that are not what the release says.
    SOURCE_DIFFERS = "E0843", "source-differs",
        "The files of a root are not the files its SHA256SUMS lists: changed, missing or added. \
         Only exactly the release's bytes are planned and applied.";
    /// A work folder that somebody wrote into.
    WORK_CHANGED = "E0844", "work-folder-changed",
        "A file in a work folder changed between the plan and the apply, or a file is there that \
         the release does not list. The plan is dropped. Work folders are Terrace's; change the \
         layers instead.";
    /// A state file in a work folder.
    STATE_IN_WORK_FOLDER = "E0845", "state-in-work-folder",
        "A work folder holds a state file. Terraform leaves `errored.tfstate` there when it could \
         not save the state after an apply: it is the only record of what was made, and it is \
         not removed.\n\n\
         Push it with `terraform state push errored.tfstate` from that folder (with TF_DATA_DIR \
         set as shown), then delete the file.";
    /// Somebody else works on the environment.
    WORK_LOCKED = "E0846", "work-folder-locked",
        "Another process plans or applies this environment in this checkout. It holds a lock that \
         the operating system releases when the process ends, so a lock is never stale.";
    /// A journal that cannot be read.
    JOURNAL_UNREADABLE = "E0847", "journal-unreadable",
        "The journal of a root says whether an apply was begun and not finished. It cannot be \
         read, so this is not known. Look at the state and the resources; delete the journal file \
         when they agree.";
    /// An empty state file where there should be one.
    TORN_STATE = "E0848", "torn-state",
        "The local state file is there and empty. Terraform would take that for \"nothing exists\" \
         and make everything again. Put the state back from its backup, or delete the file if \
         nothing was ever applied.";
    /// Terraform failed.
    TERRAFORM_FAILED = "E0849", "terraform-failed",
        "A terraform call failed; its own messages are shown.";
    /// Terraform took too long.
    TERRAFORM_TIMED_OUT = "E0850", "terraform-timed-out",
        "A terraform call took longer than its limit. It was asked to stop (SIGINT, then SIGTERM) \
         and killed only after that, so that it could save its state and release its lock.";
    /// The run was stopped.
    TERRAFORM_INTERRUPTED = "E0851", "terraform-interrupted",
        "A terraform call was stopped because the run was interrupted.";
    /// A plan that is not the one that was made.
    PLAN_DIFFERS = "E0852", "plan-differs",
        "The saved plan is missing, empty, or not the file that was made: it is not applied. \
         Terraform takes an empty plan argument for \"plan and apply everything\", so this is \
         checked before it is started.";
    /// A plan that cannot be read.
    PLAN_UNREADABLE = "E0854", "plan-unreadable",
        "`terraform show -json` did not give a plan that Terrace understands, so nothing is known \
         about what it would do, and it is not applied.";
    /// A plan that deletes.
    DESTROY_GUARD = "E0855", "destroy-guard",
        "The plan deletes or replaces resources. Name the root with `--allow-destroy ROOT` if that \
         is meant; nothing else is then asked.";
    /// The state would be elsewhere.
    STATE_MOVED = "E0856", "state-moved",
        "The root's backend is not the one it was last applied with. Planning against the new \
         place would find an empty state and make everything a second time.\n\n\
         Move the state first: `terraform state pull > state.json` in a folder with the old \
         backend, `terraform state push state.json` in one with the new. Terrace then finds the \
         same lineage at the new place and goes on. To keep the state where it is, keep the \
         component's `state` name or backend, or use `renamed_from`.";
    /// Roots that need each other.
    ROOT_CYCLE = "E0857", "root-cycle",
        "Roots read each other's outputs in a circle, so none of them could be planned first.";
    /// Roots that do not fit together.
    BAD_ROOTS = "E0858", "bad-roots",
        "The roots of an environment are inconsistent: two of one name, a name that cannot be a \
         folder, or a need for a root that is not there.";
    /// A file could not be read or written.
    WORK_IO = "E0859", "work-folder-io",
        "A file of a work folder, journal or plan could not be read or written.";
    /// A plan made from another configuration.
    PLAN_CONFIGURATION = "E0860", "plan-configuration",
        "A saved plan holds the configuration it was made from, and apply uses that, not the files \
         beside it. This plan's configuration is not the release's, so it is not applied.";
    /// A plan that nobody approved.
    NOT_APPROVED = "E0861", "plan-not-approved",
        "The promotion asks for approvals, and an approval is of the plans that existed when it \
         was given: of what they do, and of the state they do it to. When the state moves or the \
         plan becomes another one, the approval is void. `terrace plan ENV` makes the plans, \
         `terrace approve ENV` signs them, `terrace apply ENV` applies them or refuses.";
}
