//! Gates: checks with a verdict, run as a graph with timeouts.
