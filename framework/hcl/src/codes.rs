//! The messages of this crate, explained.

terrace_diag::codes! {
    /// A quoted string without its closing quote.
    UNCLOSED_STRING = "E0201", "unclosed-string",
        "A quoted string must end on the line it begins on, with a double quote.\n\nTo put a line break into a string write \\n, or use a heredoc:\n\n  text = <<EOT\n  first line\n  second line\n  EOT\n\nA double quote inside a string is written \\\".";
    /// An opening bracket without its closing one.
    UNCLOSED_BRACKET = "E0202", "unclosed-bracket",
        "Every {, [, ( and ${ needs its closing partner. The first place is the opening bracket; the second one is where the closing one was expected, judged by the indentation of the file. The rest of the file is read as if it stood there, so that other mistakes are reported too.";
    /// A closing bracket without its opening one.
    STRAY_BRACKET = "E0203", "stray-bracket",
        "A closing bracket has no opening partner: either it is one too many, or an earlier one closes too much. Where the indentation shows an earlier culprit, the second place points to it.";
    /// A heredoc without its end marker.
    UNCLOSED_HEREDOC = "E0204", "unclosed-heredoc",
        "A heredoc (<<NAME or <<-NAME) ends at a line that holds nothing but NAME, and that line must end in a line break, even at the end of the file. Neither a comma nor a bracket may follow on that line; put them on the next one. The marker is case-sensitive.";
    /// A `/*` without `*/`.
    UNCLOSED_COMMENT = "E0205", "unclosed-comment",
        "A comment that begins with /* ends at the next */. Comments do not nest. For a comment to the end of the line use #.";
    /// A character the language does not know.
    INVALID_CHARACTER = "E0206", "invalid-character",
        "The character means nothing in HCL outside of strings and comments. Characters such as curly quotes or no-break spaces often come from copied documents: replace them by their plain forms. Attributes and blocks are separated by line breaks, never by semicolons.";
    /// Single quotes, backticks.
    WRONG_QUOTES = "E0207", "wrong-quotes",
        "Strings are written in double quotes. For text of several lines use a heredoc (<<EOT … EOT).";
    /// `\q` and the like.
    INVALID_ESCAPE = "E0208", "invalid-escape",
        "In a quoted string a backslash begins one of: \\n \\r \\t \\\" \\\\ \\uXXXX \\UXXXXXXXX. A literal backslash is written \\\\. A literal ${ is written $${ and a literal %{ is written %%{, without a backslash. Heredocs know no backslash escapes at all.";
    /// Something else stands where a value must.
    EXPECTED_EXPRESSION = "E0209", "expected-expression",
        "A value was expected here: a string, number, true, false, null, a reference such as local.name, a function call, [list], {object} or (expression). A line break ends an attribute's value unless it stands inside brackets or parentheses.";
    /// A comma or line break is missing between items.
    MISSING_SEPARATOR = "E0210", "missing-separator",
        "Items of a list and arguments of a function are separated by commas, also across lines. Items of an object are separated by commas or line breaks.";
    /// An object item or attribute without `=`.
    MISSING_EQUALS = "E0211", "missing-equals",
        "An attribute is written name = value. In an object literal name : value is allowed as well; in a block only the equals sign is. A key that is not a plain name is written in quotes, a computed one in parentheses: { (local.key) = 1 }.";
    /// A body holds something that is neither attribute nor block.
    EXPECTED_ITEM = "E0212", "expected-item",
        "A file and the inside of a block hold attributes (name = value) and blocks (kind \"label\" { … }), each beginning with a plain name. Names of attributes are not quoted.";
    /// Two things on one line.
    MISSING_NEWLINE = "E0213", "missing-newline",
        "An attribute and a block end at the end of their line. Attributes in a block are never separated by commas.";
    /// An attribute set twice in one body.
    DUPLICATE_ATTRIBUTE = "E0214", "duplicate-attribute",
        "A name can be set once in a block or file. Remove one of the two places, or merge them. (A repeated key in an object literal is allowed, the last one counts, as in Terraform.)";
    /// A block header that is not one.
    INVALID_BLOCK = "E0215", "invalid-block",
        "A block is written kind \"label\" { … }: a name, any number of labels, and the opening brace on the same line. If a value was meant, write name = value.";
    /// `${` in a label.
    TEMPLATE_IN_LABEL = "E0216", "template-in-label",
        "Labels of blocks are plain strings: they cannot hold ${…} or %{…}. To get these characters literally write $${ or %%{.";
    /// A number that is not one.
    INVALID_NUMBER = "E0217", "invalid-number",
        "A number is written with digits, at most one point and at most one exponent: 12, 1.5, 2e10. Versions and addresses such as 1.2.3 are strings: put them in quotes.";
    /// A `for` expression that is not one.
    INVALID_FOR = "E0218", "invalid-for",
        "A for expression is [for v in list : value if condition] or {for k, v in map : key => value if condition}. The {…} form needs key => value; only there ... groups values of equal keys. The condition is optional.";
    /// A `%{…}` that is not one.
    INVALID_DIRECTIVE = "E0219", "invalid-directive",
        "In a template %{ begins a directive: %{ if condition }, %{ else }, %{ endif }, %{ for v in list }, %{ endfor }. To get the characters %{ literally write %%{.";
    /// `%{ if }` without `%{ endif }` and the like.
    UNBALANCED_DIRECTIVE = "E0220", "unbalanced-directive",
        "Every %{ if } needs its %{ endif } and every %{ for } its %{ endfor } in the same template; %{ else } stands at most once, between %{ if } and %{ endif }.";
    /// `a.` or `a.*.*` and the like.
    INVALID_TRAVERSAL = "E0221", "invalid-traversal",
        "After a dot comes an attribute's name, a number (a.0 means a[0]) or * (a.*.b takes b of every item). Names with other characters are written a[\"odd name\"]. Two numbers in a row need brackets: a[0][1].";
    /// Nested deeper than the limit.
    TOO_DEEP = "E0222", "too-deep",
        "Expressions and blocks may be nested up to a limit, so that no input can exhaust the memory for calls. Chains of operators, of ?: and of a.b.c count as nesting. Name intermediate results in locals; for long sums and alternatives use sum([…]), anytrue([…]), alltrue([…]) or a map lookup.";
    /// `a ? b` without `: c`.
    INCOMPLETE_CONDITIONAL = "E0223", "incomplete-conditional",
        "A conditional is condition ? value : other. Both values are needed. To spread it over several lines put it in parentheses.";
    /// A block on one line that holds more than one attribute.
    SINGLE_LINE_BLOCK = "E0224", "single-line-block",
        "A block written on one line holds at most one attribute: kind { name = value }. Otherwise each attribute and each nested block stands on a line of its own, and so does the closing brace.";
    /// Something is left over.
    UNEXPECTED_TOKEN = "E0225", "unexpected-token",
        "The expression is complete before this place, and what follows does not continue it. Often an operator or comma is missing, or quotes or ${ } around text. A ${ meant for another language (a shell script, say) is written $${.";
    /// More mistakes than are shown.
    TOO_MANY_ERRORS = "E0226", "too-many-errors",
        "Only the first mistakes of a file are reported. Mend these and look again.";
    /// A text too large to be read.
    TOO_LARGE = "E0227", "too-large",
        "A file of four gigabytes or more is not read.";
    /// `&`, `**` and the like.
    UNKNOWN_OPERATOR = "E0228", "unknown-operator",
        "The operators are + - * / %, == != < <= > >=, && || ! and ?:. There are no bitwise operators and no power operator: use pow(a, b).";
}
