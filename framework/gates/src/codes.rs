//! Error codes of this crate: E09xx.

terrace_diag::codes! {
    /// Two gates of one name.
    DUPLICATE_GATE = "E0901", "duplicate-gate",
        "Two gates have the same name. Evidence names gates, so a name must mean one check.";
    /// A gate that needs one that is not there.
    UNKNOWN_NEED = "E0902", "unknown-gate-need",
        "A gate needs another gate that does not exist.";
    /// Gates that wait for each other.
    GATE_CYCLE = "E0903", "gate-cycle",
        "Gates need each other in a circle, so none of them could start.";
    /// A gate without anything to run.
    EMPTY_GATE = "E0904", "empty-gate",
        "A gate has an empty command. Give it a program with its arguments: \
         `command = [\"./gates/smoke.sh\"]`.";
    /// A required gate did not pass.
    GATE_NOT_PASSED = "E0905", "gate-not-passed",
        "A gate that the edge requires did not pass. A gate that was skipped because its tool is \
         not installed has checked nothing, so it does not count as passed either.";
}
