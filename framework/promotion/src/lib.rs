//! The promotion rules: what the ledger proves, and whether a release may move.
