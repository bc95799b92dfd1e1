//! What a function of the expression language is: parameters, result type and
//! body, after the `cty` library's `function` package.
//!
//! The evaluator does the common part of a call: it counts and converts the
//! arguments to the parameters' types, refuses null, answers unknown for
//! unknown and carries sensitivity over, unless the parameter asks for it.

use std::fmt;

use crate::files::Files;
use crate::limits::Limits;
use crate::types::Type;
use crate::value::Value;

/// The type an argument is converted to; like [`Type`] but usable in constants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamType {
    /// Any value as it is.
    Any,
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    String,
    /// `list(T)`
    List(&'static ParamType),
    /// `set(T)`
    Set(&'static ParamType),
    /// `map(T)`
    Map(&'static ParamType),
}

impl ParamType {
    /// The same as a [`Type`].
    pub fn to_type(self) -> Type {
        match self {
            Self::Any => Type::Dynamic,
            Self::Bool => Type::Bool,
            Self::Number => Type::Number,
            Self::String => Type::String,
            Self::List(t) => Type::list(t.to_type()),
            Self::Set(t) => Type::set(t.to_type()),
            Self::Map(t) => Type::map(t.to_type()),
        }
    }
}

/// A parameter. `Param::new` is the usual, strict one.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    /// The name used in messages.
    pub name: &'static str,
    /// What the argument is converted to.
    pub ty: ParamType,
    /// Whether null is passed to the body; otherwise it is an error.
    pub allow_null: bool,
    /// Whether an unknown value is passed to the body; otherwise the call is
    /// unknown, of the type that [`Function::returns`] says.
    pub allow_unknown: bool,
    /// Whether a value of unknown *type* is passed to the body (together with
    /// `allow_unknown`) and to [`Returns::Of`]; otherwise the call is unknown
    /// and of unknown type.
    pub allow_dynamic: bool,
    /// Whether sensitivity is left on the argument and is the body's business;
    /// otherwise it is removed, to any depth, and put on the result.
    pub allow_marked: bool,
}

impl Param {
    /// A parameter that refuses null and never sees unknown or sensitive values.
    pub const fn new(name: &'static str, ty: ParamType) -> Self {
        Self {
            name,
            ty,
            allow_null: false,
            allow_unknown: false,
            allow_dynamic: false,
            allow_marked: false,
        }
    }

    /// Null is passed to the body.
    #[must_use]
    pub const fn null(mut self) -> Self {
        self.allow_null = true;
        self
    }

    /// Unknown values are passed to the body.
    #[must_use]
    pub const fn unknown(mut self) -> Self {
        self.allow_unknown = true;
        self
    }

    /// Values of unknown type are passed on.
    #[must_use]
    pub const fn dynamic(mut self) -> Self {
        self.allow_dynamic = true;
        self
    }

    /// Sensitive values are passed to the body as they are.
    #[must_use]
    pub const fn marked(mut self) -> Self {
        self.allow_marked = true;
        self
    }
}

/// How the type of the result is found. It is asked before the body and for
/// unknown arguments too.
#[derive(Clone, Copy)]
pub enum Returns {
    /// Always this type.
    Fixed(ParamType),
    /// Depends on the arguments (which may be unknown or null where the
    /// parameter allows it, but are never sensitive unless it allows that).
    Of(fn(&[Value]) -> Result<Type, FunctionError>),
}

/// The body of a function: arguments already checked, the type that
/// [`Returns`] gave, and what the call may use.
pub type Body = fn(&[Value], &Type, &FunctionContext<'_>) -> Result<Value, FunctionError>;

/// What a function does.
#[derive(Clone, Copy)]
pub enum FunctionKind {
    /// Computes a value from values.
    Eager(Body),
    /// Gets its arguments unevaluated; the evaluator knows how.
    Special(Special),
    /// Known to Terraform but refused here, with the reason as a sentence
    /// without a final full stop.
    Refused(&'static str),
}

/// Functions that the evaluator itself carries out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Special {
    /// `try(a, b, …)`
    Try,
    /// `can(a)`
    Can,
    /// `templatefile(path, vars)`
    TemplateFile,
    /// `templatestring(template, vars)`
    TemplateString,
    /// `type(a)`, only in the console.
    TypeOf,
}

/// A function.
#[derive(Clone, Copy)]
pub struct Function {
    /// Its name in expressions.
    pub name: &'static str,
    /// The parameters that must be given.
    pub params: &'static [Param],
    /// The parameter that takes all further arguments.
    pub variadic: Option<Param>,
    /// The type of the result.
    pub returns: Returns,
    /// What it does.
    pub kind: FunctionKind,
    /// Whether only OpenTofu knows it: a call that cannot be folded is then an
    /// error where Terraform is rendered for.
    pub opentofu_only: bool,
}

impl Function {
    /// An ordinary function of Terraform.
    pub const fn eager(
        name: &'static str,
        params: &'static [Param],
        variadic: Option<Param>,
        returns: Returns,
        body: Body,
    ) -> Self {
        Self {
            name,
            params,
            variadic,
            returns,
            kind: FunctionKind::Eager(body),
            opentofu_only: false,
        }
    }

    /// A function that is refused, with the reason.
    pub const fn refused(name: &'static str, reason: &'static str) -> Self {
        Self {
            name,
            params: &[],
            variadic: Some(Param::new("args", ParamType::Any)),
            returns: Returns::Fixed(ParamType::Any),
            kind: FunctionKind::Refused(reason),
            opentofu_only: false,
        }
    }

    /// A function carried out by the evaluator.
    pub const fn special(name: &'static str, special: Special) -> Self {
        Self {
            name,
            params: &[],
            variadic: Some(Param::new("args", ParamType::Any)),
            returns: Returns::Fixed(ParamType::Any),
            kind: FunctionKind::Special(special),
            opentofu_only: false,
        }
    }

    /// The same, marked as OpenTofu's own.
    #[must_use]
    pub const fn opentofu(mut self) -> Self {
        self.opentofu_only = true;
        self
    }

    /// The parameter an argument belongs to.
    pub fn param(&self, index: usize) -> Option<&Param> {
        self.params.get(index).or(self.variadic.as_ref())
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function")
            .field("name", &self.name)
            .finish()
    }
}

/// Why a call failed: a phrase that starts small and has no full stop, for
/// "Call to function "x" failed: …." or "Invalid value for "p" parameter: ….".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionError {
    /// The argument at fault.
    pub argument: Option<usize>,
    /// The phrase.
    pub message: String,
}

impl FunctionError {
    /// The call as a whole is at fault (`error` in Go).
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            argument: None,
            message: message.into(),
        }
    }

    /// One argument is at fault (`function.NewArgErrorf`).
    pub fn argument(index: usize, message: impl Into<String>) -> Self {
        Self {
            argument: Some(index),
            message: message.into(),
        }
    }
}

/// What a call may use besides its arguments.
pub struct FunctionContext<'a> {
    /// Files of the repository.
    pub files: &'a dyn Files,
    /// Bounds on what a call may make.
    pub limits: &'a Limits,
}

/// The functions an expression may call, sorted by name.
#[derive(Debug, Clone, Copy)]
pub struct FunctionTable {
    functions: &'static [&'static Function],
}

impl FunctionTable {
    /// A table; `functions` must be sorted by name.
    pub const fn new(functions: &'static [&'static Function]) -> Self {
        Self { functions }
    }

    /// The function of that name; `core::name` is the same as `name`.
    pub fn get(&self, name: &str) -> Option<&'static Function> {
        let name = name.strip_prefix("core::").unwrap_or(name);
        self.functions
            .binary_search_by(|f| f.name.cmp(name))
            .ok()
            .map(|at| self.functions[at])
    }

    /// All names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.functions.iter().map(|f| f.name)
    }
}
