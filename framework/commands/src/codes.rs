//! Codes of the commands.

terrace_diag::codes! {
    /// Hand-written files in the rendered folder.
    HAND_WRITTEN = "E1301", "hand-written-file", "A render replaces whole folders below `rendered/`. A file there that terrace did not write, or that was changed since, would be lost, so nothing was written. Put the change into a layer, move the file away, or render with `--force`.";
    /// The rendered folder is not up to date.
    STALE_RENDER = "E1302", "stale-render", "`rendered/` is not what the layers give now, or something in it was changed by hand. `terrace render` writes it anew.";
    /// Nothing was selected.
    NOTHING_SELECTED = "E1303", "nothing-selected", "The arguments select nothing, which is never a silent success. Check the names.";
    /// A source file is not formatted.
    NOT_FORMATTED = "E1304", "not-formatted", "A layer file or terrace.hcl is not laid out as `terrace fmt` (and `terraform fmt`) leaves it. Run `terrace fmt`.";
    /// A gate's file is missing.
    GATE_FILE = "E1305", "gate-file", "The program of a gate, or a file that its verdict depends on (`files`), is not in the repository. Evidence is bound to the bytes of these files, so they must be there.";
    /// An unknown role.
    UNKNOWN_ROLE = "E1306", "unknown-role", "The roles are promoter, validator, approver, oncall and revoker.";
    /// An unknown code.
    UNKNOWN_CODE = "E1307", "unknown-code", "`terrace help` explains the codes that stand in brackets in error messages, by id (E0405) or by name (layer-kind-conflict).";
    /// Another process holds the lock.
    BUSY = "E1308", "busy", "Another terrace process is doing the same thing in the same folder. Wait for it; the lock is released when it ends, also when it is killed.";
    /// A commit or release that is not there.
    UNKNOWN_REVISION = "E1309", "unknown-commit-or-release", "The name is neither a commit that git knows here nor a release (or the start of its digest).";
    /// A path that the component does not have.
    UNKNOWN_PATH = "E1310", "unknown-path", "`terrace explain ENV COMPONENT[.path]` shows where a value comes from. The environment has no component or value of this name.";
    /// Files cannot be written.
    CANNOT_WRITE = "E1312", "cannot-write", "The files could not be written. An existing folder is never overwritten, and nothing is left half-written.";
    /// Nothing to promote.
    NOTHING_TO_PROMOTE = "E1319", "nothing-to-promote", "The environments before this one have no release, or different ones. Promote them first, or name a release with `--release`.";
    /// Terraform failed.
    TERRAFORM = "E1320", "terraform-not-found", "Neither terraform nor tofu is on PATH, so nothing can be planned or applied.";
    /// Not applied.
    NOT_APPLIED = "E1322", "not-applied", "The environment does not run the release that its branch names yet, so validating it would say nothing about that release. Apply it first.";
    /// Arguments that do not go together.
    USAGE = "E1324", "usage", "The arguments do not go together. `terrace COMMAND --help` says what each is for.";
    /// Rules that changed while gates ran.
    RULES_CHANGED = "E1325", "rules-changed", "While the gates ran, the protected branch got other rules for the promotion, or another version of a gate's files. What ran says nothing about those, so nothing was recorded. Validate again.";
    /// Standard input cannot be read.
    INPUT = "E1323", "input", "Standard input or the terminal could not be read.";
}
