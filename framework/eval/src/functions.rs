//! The functions of the expression language: those of Terraform 1.11 and the
//! ones that only OpenTofu 1.9 has.
//!
//! Bodies are grouped by what they work on; what they inherit from Go's own
//! libraries is in [`golang`], free of values. The rules of each function are
//! those of `cty/function/stdlib` and Terraform's `internal/lang/funcs`.

mod collection;
mod conversion;
mod datetime;
mod docs;
mod encoding;
mod filesystem;
mod format;
mod golang;
mod hash;
mod json;
mod network;
mod numeric;
mod pattern;
mod refused;
mod string;
mod support;
mod yaml;

use crate::evaluate::special;
use crate::function::FunctionTable;

pub use docs::description;
pub(crate) use golang::quote;

/// Every function, sorted by name.
pub static TABLE: FunctionTable = FunctionTable::new(&[
    &numeric::ABS,
    &refused::ABSPATH,
    &collection::access::ALLTRUE,
    &collection::access::ANYTRUE,
    &encoding::BASE64DECODE,
    &encoding::BASE64ENCODE,
    &encoding::BASE64GUNZIP,
    &encoding::BASE64GZIP,
    &hash::BASE64SHA256,
    &hash::BASE64SHA512,
    &filesystem::BASENAME,
    &refused::BCRYPT,
    &special::CAN,
    &numeric::CEIL,
    &string::CHOMP,
    &collection::shape::CHUNKLIST,
    &network::CIDRCONTAINS,
    &network::CIDRHOST,
    &network::CIDRNETMASK,
    &network::CIDRSUBNET,
    &network::CIDRSUBNETS,
    &collection::combine::COALESCE,
    &collection::combine::COALESCELIST,
    &collection::filter::COMPACT,
    &collection::combine::CONCAT,
    &collection::access::CONTAINS,
    &encoding::CSVDECODE,
    &filesystem::DIRNAME,
    &collection::filter::DISTINCT,
    &collection::access::ELEMENT,
    &string::ENDSWITH,
    &conversion::EPHEMERALASNULL,
    &filesystem::FILE,
    &filesystem::FILEBASE64,
    &hash::FILEBASE64SHA256,
    &hash::FILEBASE64SHA512,
    &filesystem::FILEEXISTS,
    &hash::FILEMD5,
    &filesystem::FILESET,
    &hash::FILESHA1,
    &hash::FILESHA256,
    &hash::FILESHA512,
    &collection::shape::FLATTEN,
    &numeric::FLOOR,
    &format::FORMAT,
    &datetime::FORMATDATE,
    &format::FORMATLIST,
    &string::INDENT,
    &collection::access::INDEX,
    &conversion::ISSENSITIVE,
    &string::JOIN,
    &encoding::JSONDECODE,
    &encoding::JSONENCODE,
    &collection::access::KEYS,
    &collection::access::LENGTH,
    &refused::LIST,
    &numeric::LOG,
    &collection::access::LOOKUP,
    &string::LOWER,
    &refused::MAP,
    &collection::filter::MATCHKEYS,
    &numeric::MAX,
    &hash::MD5,
    &collection::combine::MERGE,
    &numeric::MIN,
    &conversion::NONSENSITIVE,
    &collection::access::ONE_ELEMENT,
    &numeric::PARSEINT,
    &refused::PATHEXPAND,
    &refused::PLANTIMESTAMP,
    &numeric::POW,
    &numeric::RANGE,
    &pattern::REGEX,
    &pattern::REGEXALL,
    &pattern::REPLACE,
    &collection::shape::REVERSE,
    &hash::RSADECRYPT,
    &conversion::SENSITIVE,
    &collection::sets::SETINTERSECTION,
    &collection::product::SETPRODUCT,
    &collection::sets::SETSUBTRACT,
    &collection::sets::SETUNION,
    &hash::SHA1,
    &hash::SHA256,
    &hash::SHA512,
    &numeric::SIGNUM,
    &collection::shape::SLICE,
    &string::SORT,
    &string::SPLIT,
    &string::STARTSWITH,
    &string::STRCONTAINS,
    &string::STRREV,
    &string::SUBSTR,
    &numeric::SUM,
    &special::TEMPLATE_FILE,
    &special::TEMPLATE_STRING,
    &encoding::TEXTDECODEBASE64,
    &encoding::TEXTENCODEBASE64,
    &datetime::TIMEADD,
    &datetime::TIMECMP,
    &refused::TIMESTAMP,
    &string::TITLE,
    &conversion::TOBOOL,
    &conversion::TOLIST,
    &conversion::TOMAP,
    &conversion::TONUMBER,
    &conversion::TOSET,
    &conversion::TOSTRING,
    &collection::combine::TRANSPOSE,
    &string::TRIM,
    &string::TRIMPREFIX,
    &string::TRIMSPACE,
    &string::TRIMSUFFIX,
    &special::TRY,
    &special::TYPE,
    &string::UPPER,
    &encoding::URLDECODE,
    &encoding::URLENCODE,
    &refused::UUID,
    &hash::UUIDV5,
    &collection::access::VALUES,
    &encoding::YAMLDECODE,
    &encoding::YAMLENCODE,
    &collection::combine::ZIPMAP,
]);

/// Functions that only OpenTofu knows: a call that cannot be folded is an error
/// where Terraform is rendered for.
pub const OPENTOFU_ONLY: [&str; 3] = ["base64gunzip", "cidrcontains", "urldecode"];

#[cfg(test)]
#[path = "functions/functions_tests.rs"]
mod tests;
