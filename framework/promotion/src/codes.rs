//! The codes of this crate: E11xx.

terrace_diag::codes! {
    /// A promotion that the rules do not allow.
    REFUSED = "E1101", "promotion-refused", "A promotion moves exactly the bytes of a release that the environments before have validated, under the rules of the protected branch. Every rule that is not met is listed with its invariant (I1 to I20), the fact and the command that comes next. Nothing was written.";
    /// Promotion rules that contradict themselves.
    BAD_POLICY = "E1102", "bad-policy", "Environments and promotions form a graph without cycles, in which every environment is an entry or the target of a promotion. An environment that is neither would stand unguarded, so it is an error.";
    /// A window that cannot be read.
    BAD_WINDOW = "E1103", "bad-window", "A window is written as allow or deny = \"Fri 15:00-Mon 07:00 Europe/Berlin\" or \"22:00-06:00\": from, to, and a time zone of the IANA database, which may stand in time_zone of its own; without one it is UTC. Promotions are refused inside of every denied window and, where windows are allowed, outside of all of them.";
    /// A ledger whose entries do not make sense one after the other.
    LEDGER_STORY = "E1104", "ledger-story", "Every entry of the ledger is signed, and yet one of them cannot be true after those before it: an intent while another is open, a result of no open intent, evidence for a release that was never recorded. Nothing is promoted on such a ledger.";
}
