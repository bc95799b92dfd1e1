//! What the functions inherit from Go and the Go libraries of Terraform: these
//! modules know nothing of values.

mod base64;
mod case;
mod charset;
mod cidr;
mod code_pages;
mod csv;
mod date_format;
mod deflate;
mod duration;
mod glob;
mod grapheme;
mod grapheme_table;
mod gzip;
mod huffman;
mod math;
mod number_format;
pub(super) mod path;
mod quote;
mod regexp;
mod regexp_syntax;
mod rsa;
mod time;
mod url;
mod uuid;
mod yaml_emitter;

pub(super) use base64::{decode as base64_decode, encode as base64_encode};
pub(super) use case::{lower, title, upper};
pub(super) use charset::Charset;
pub(super) use cidr::Prefix;
pub(super) use csv::{FIELD_COUNT, Reader as CsvReader};
pub(super) use date_format::format_date;
pub(super) use duration::parse_duration;
pub(super) use glob::Glob;
pub(super) use grapheme::{clusters, count as grapheme_count, prefix_length};
pub(super) use gzip::{gunzip, gzip};
pub(super) use math::{log, pow};
pub(super) use number_format::{Flags, format_float, format_integer, text as number_text};
pub(crate) use quote::quote;
pub(super) use quote::quote_char;
pub(super) use regexp::{Pattern, PatternError};
pub(super) use rsa::{RsaError, decrypt as rsa_decrypt};
pub(super) use time::Time;
pub(super) use url::{query_escape, query_unescape};
pub(super) use uuid::{parse as parse_uuid, v5 as uuid_v5};
pub(super) use yaml_emitter::{Emitter, Place};
