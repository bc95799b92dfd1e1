//! Layers: reading definitions, merging them per path, and where each value came from.
