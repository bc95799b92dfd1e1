//! The YAML reader, node model, scalar resolvers and emitter.
