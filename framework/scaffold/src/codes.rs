//! Codes of what is said about answers to `terrace init`.

terrace_diag::codes! {
    /// No starter of that name.
    UNKNOWN_STARTER = "E1201", "unknown-starter", "\
`terrace init --starter NAME` takes one of the starters that are part of the program. \
`terrace init --help` lists them.";

    /// The starter has no option of that name.
    UNKNOWN_OPTION = "E1202", "unknown-starter-option", "\
Each starter has its own options: a starter for one cloud does not ask for another cloud's region. \
An option that the starter does not know is refused rather than ignored, since a misspelt one would \
silently leave a default in place.";

    /// An answer that the option does not take.
    INVALID_ANSWER = "E1203", "invalid-starter-answer", "\
Answers are checked before anything is written, by the rules that the clouds have for names: they \
end up in names of clusters, networks, roles, buckets and DNS zones, most of which cannot be renamed \
later.";

    /// A template of the program did not render.
    BROKEN_TEMPLATE = "E1204", "broken-starter-template", "\
A template that is part of the program could not be filled in. This is a mistake in Terrace, not in \
your answers; please report it with the command you ran.";
}
