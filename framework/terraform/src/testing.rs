//! Roots, tools and requests for this crate's tests.
