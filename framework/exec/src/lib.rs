//! Child processes: groups, timeouts, bounded capture, redaction.
