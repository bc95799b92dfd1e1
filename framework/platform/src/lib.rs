//! The platform: environments, components, references, roots and type checks.
