//! Git through its command line: objects, refs, compare-and-swap, atomic pushes.
