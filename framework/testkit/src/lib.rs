//! Test helpers: temporary repositories, fake tools, output normalisers.
