//! The pure function from a compiled platform to the bytes of every environment.
