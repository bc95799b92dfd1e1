//! The error codes of evaluation.

terrace_diag::codes! {
    /// A name that is not there.
    UNKNOWN_VARIABLE = "E0301", "unknown-variable", "The expression reads a name that does not exist where it stands. The names there are depend on the place: `platform`, `env`, `component`, `state`, `local` and `terraform` in layers, and the variables of enclosing `for` expressions.";
    /// A function that is not there.
    UNKNOWN_FUNCTION = "E0302", "unknown-function", "No function of that name exists. Terrace knows Terraform's pure functions; functions of providers cannot be called while layers are compiled.";
    /// A function that must not be used.
    REFUSED_FUNCTION = "E0303", "refused-function", "The function exists in Terraform but its result depends on the clock, chance, the machine or the working directory. The output of a render must not change by itself, so it is refused.";
    /// Wrong number or kind of arguments.
    WRONG_ARGUMENTS = "E0304", "wrong-arguments", "The call has too few or too many arguments, or the argument marked with `...` is not a list, set or tuple.";
    /// An argument a function cannot use.
    INVALID_ARGUMENT = "E0305", "invalid-argument", "An argument cannot be converted to what the parameter takes, or the function refuses its value.";
    /// A function failed.
    FUNCTION_FAILED = "E0306", "function-failed", "The call as a whole failed; the message says why.";
    /// An operand of the wrong type.
    INVALID_OPERAND = "E0307", "invalid-operand", "An operator got a value it cannot work with. Numbers in strings (`\"3\"`) are converted, other strings, lists and objects are not.";
    /// An attribute that is not there.
    UNSUPPORTED_ATTRIBUTE = "E0308", "unsupported-attribute", "The value has no attribute of that name, or no attributes at all.";
    /// An index that is not there.
    INVALID_INDEX = "E0309", "invalid-index", "The list is shorter, the map has no such key, or the value cannot be indexed.";
    /// A condition that is no bool.
    INVALID_CONDITION = "E0310", "invalid-condition", "A condition must be true or false: it is null, or of another type.";
    /// Branches that do not fit.
    INCONSISTENT_TYPES = "E0311", "inconsistent-conditional-types", "Both results of a conditional must be convertible to one type, because the type of the whole must not depend on the condition.";
    /// Something that cannot be walked.
    INVALID_ITERATION = "E0312", "invalid-iteration", "A `for` expression, `for` directive or splat walks lists, sets, tuples, maps and objects, and never null.";
    /// A key that cannot be one.
    INVALID_KEY = "E0313", "invalid-key", "Keys of objects must be strings (or convertible to strings), known and not null. In a `for` expression without `...` each key must be there once.";
    /// A template part that is no string.
    INVALID_TEMPLATE = "E0314", "invalid-template", "Only strings, numbers and bools can stand in a template. Use `jsonencode` or `join` for collections; null has no text.";
    /// A division without a result.
    NOT_A_NUMBER = "E0315", "not-a-number", "The operation has no result, such as zero divided by zero.";
    /// A value that does not fit its constraint.
    WRONG_TYPE = "E0316", "wrong-type", "The value cannot be converted to the type that is required.";
    /// A constraint that is no type.
    INVALID_TYPE = "E0317", "invalid-type", "A type constraint is written with `any`, `string`, `number`, `bool`, `list(…)`, `set(…)`, `map(…)`, `tuple([…])` and `object({…})`, attributes of objects also as `optional(TYPE, DEFAULT)`.";
    /// A variable block that is wrong.
    INVALID_VARIABLE = "E0318", "invalid-variable", "The `variable` block of a module cannot be read: it has no name, a default that does not fit the type, or a value that must be written literally is not.";
    /// A value that breaks a module's rule.
    VALIDATION_FAILED = "E0319", "validation-failed", "The module's own `validation` block refuses the value; the message is the module's.";
    /// An iteration over a secret.
    SENSITIVE_REFUSED = "E0320", "sensitive-refused", "A sensitive value stands where its content would become visible, such as a key of an object.";
    /// Too deep.
    LIMIT_DEPTH = "E0321", "limit-depth", "The expression is nested too deeply to be evaluated. Move inner parts to locals.";
    /// Too long.
    LIMIT_STRING = "E0322", "limit-string", "A string became longer than one evaluation may make.";
    /// Too many elements.
    LIMIT_ELEMENTS = "E0323", "limit-elements", "A collection became larger than one evaluation may make.";
    /// Too many steps.
    LIMIT_STEPS = "E0324", "limit-steps", "The evaluation took more steps than one may take; usually nested `for` expressions over large collections.";
    /// A late-bound value where it must be known.
    UNKNOWN_VALUE = "E0325", "unknown-value", "The value is known only when Terraform runs, but is needed while the layers are compiled.";
}
