//! Fetching from real servers on loopback: good ones and bad ones.

mod archives;
mod credentials;
mod git;
mod http;
mod oci;
mod proxy;
mod registry;
mod support;
mod tls;
