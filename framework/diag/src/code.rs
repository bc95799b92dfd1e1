//! Error codes: stable names for messages, explained by `terrace help CODE`.

/// A stable name for one kind of message.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// `E` and four digits; the first two tell the crate that reports it.
    pub id: &'static str,
    /// The same in words, `kebab-case`.
    pub slug: &'static str,
    /// What it means, why it is refused and how to mend it: plain paragraphs.
    pub explain: &'static str,
}

/// Declares the codes of a crate as statics and lists them all in `CODES`.
///
/// ```ignore
/// terrace_diag::codes! {
///     /// Shown to people by `terrace help E0201`.
///     UNTERMINATED_STRING = "E0201", "unterminated-string", "A quoted string …";
/// }
/// ```
#[macro_export]
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $slug:literal, $explain:literal;)*) => {
        $($(#[$doc])* pub static $name: $crate::Code =
            $crate::Code { id: $id, slug: $slug, explain: $explain };)*
        /// Every code this crate reports.
        pub static CODES: &[&$crate::Code] = &[$(&$name),*];
    };
}
