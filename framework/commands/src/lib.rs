//! One function per command: the only place where the stages meet the world.
