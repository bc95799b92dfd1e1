//! The codes of this crate's messages.

terrace_diag::codes! {
    /// The text is not YAML.
    SYNTAX = "E0101", "yaml-syntax",
        "The text is not well-formed YAML. The message says what the reader found and the \
         place is where it stopped; the cause is often a line or two above: a missing colon, \
         a quote that is not closed, or indentation that does not match.";
    /// A character that YAML forbids.
    CHARACTER = "E0102", "yaml-character",
        "YAML allows no control characters except tab and line breaks. Write them as an \
         escape (\"\\x07\") in a double-quoted text.";
    /// The bytes of a file are not text.
    ENCODING = "E0103", "yaml-encoding",
        "YAML files are UTF-8, or UTF-16 with a byte order mark. Convert the file.";
    /// `*name` without `&name`.
    UNKNOWN_ANCHOR = "E0104", "yaml-unknown-anchor",
        "An alias (*name) repeats a node that was marked (&name) earlier in the same document.";
    /// An alias inside the node it names.
    RECURSIVE_ALIAS = "E0105", "yaml-recursive-alias",
        "An alias that stands inside the node it repeats would never end.";
    /// `<<` with something that cannot be merged.
    MERGE = "E0106", "yaml-merge",
        "The value of a merge key (<<) is a mapping, an alias of a mapping, or a list of those, \
         and a mapping has at most one merge key.";
    /// The same key twice.
    DUPLICATE_KEY = "E0107", "yaml-duplicate-key",
        "A mapping may have each key once. Readers disagree on which of two values counts, so \
         none is chosen.";
    /// A tag that does not fit the text.
    TAG = "E0108", "yaml-tag",
        "A tag such as !!int says which type the text has; the text must be of that type.";
    /// Nested non-string key where JSON is made.
    KEY_TYPE = "E0109", "yaml-key-type",
        "Kubernetes objects are JSON, whose keys are strings. Quote the key.";
    /// A number without a JSON form.
    NOT_JSON = "E0110", "yaml-not-json",
        "Infinity and not-a-number cannot be written as JSON. Quote the value if a text is meant.";
    /// More than one document.
    ONE_DOCUMENT = "E0111", "yaml-one-document",
        "This file is read as one document, but a second one follows after ---.";
    /// Kustomize's document separator with text behind it.
    SEPARATOR = "E0112", "yaml-separator",
        "A line that starts with --- separates documents; only a comment may follow on it.";
    /// Limit: size.
    LIMIT_SIZE = "E0120", "yaml-limit-size",
        "The file is larger than the reader accepts. Split it.";
    /// Limit: depth.
    LIMIT_DEPTH = "E0121", "yaml-limit-depth",
        "Lists and mappings are nested deeper than the reader accepts.";
    /// Limit: number of nodes.
    LIMIT_NODES = "E0122", "yaml-limit-nodes",
        "The file has more values than the reader accepts. Split it.";
    /// Limit: expansion of aliases.
    LIMIT_ALIASES = "E0123", "yaml-limit-aliases",
        "Aliases and merge keys repeat nodes; written out, this file would grow beyond what the \
         reader accepts.";
    /// Limit: number of documents.
    LIMIT_DOCUMENTS = "E0124", "yaml-limit-documents",
        "The file has more documents than the reader accepts. Split it.";
}
