//! Starters, modules and bases written as a new platform repository.
