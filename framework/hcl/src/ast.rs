//! The syntax tree of an HCL file: what was written, with the place of every node.
//!
//! Literals are already decoded (escapes, strip markers, flush heredocs), so
//! that nobody after the parser knows how a string was spelled. Comments and
//! layout are not here: the formatter works on tokens, as `terraform fmt` does.
//!
//! Source of the grammar: HCL native syntax specification
//! (hashicorp/hcl `hclsyntax/spec.md`).

use smol_str::SmolStr;
use terrace_diag::Span;

/// A name with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ident {
    /// The name.
    pub name: SmolStr,
    /// Where it is written.
    pub span: Span,
}

/// A file, or what stands between the braces of a block.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// Attributes and blocks in the order written.
    pub items: Vec<Item>,
    /// The whole body.
    pub span: Span,
}

impl Body {
    /// The attributes in the order written.
    pub fn attributes(&self) -> impl Iterator<Item = &Attribute> {
        self.items.iter().filter_map(|item| match item {
            Item::Attribute(attribute) => Some(attribute),
            Item::Block(_) => None,
        })
    }

    /// The blocks in the order written.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.items.iter().filter_map(|item| match item {
            Item::Block(block) => Some(block),
            Item::Attribute(_) => None,
        })
    }

    /// The first attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes().find(|a| a.name.name == name)
    }
}

/// One thing in a body.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// `name = expression`
    Attribute(Attribute),
    /// `kind "label" { … }`
    Block(Block),
}

/// `name = expression`
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// The name.
    pub name: Ident,
    /// The value.
    pub expr: Expr,
}

/// `kind "label" { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// The block's type.
    pub kind: Ident,
    /// Labels, quoted or bare.
    pub labels: Vec<Ident>,
    /// What stands between the braces.
    pub body: Body,
    /// From the type to the opening brace: where messages about the block point.
    pub header: Span,
}

/// An expression with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it is written.
    pub span: Span,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// The literal as written: `12`, `1.5e3`.
    Number(SmolStr),
    /// A quoted string or heredoc without interpolation, decoded.
    String(SmolStr),
    /// A quoted string or heredoc with at least one interpolation or directive.
    Template(Box<Template>),
    /// `[a, b]`
    Tuple(Vec<Expr>),
    /// `{ a = b }`, items in the order written; repeats are kept (the last wins
    /// when evaluated).
    Object(Vec<ObjectItem>),
    /// A name that starts a traversal: `local`, `each`, a `for` variable.
    Variable(SmolStr),
    /// The item a splat stands on; only inside [`Splat::each`].
    SplatItem,
    /// `base.name`; the legacy `base.0` is an [`ExprKind::Index`] by a number.
    GetAttr {
        /// What is looked into.
        base: Box<Expr>,
        /// The attribute.
        name: Ident,
    },
    /// `base[key]`
    Index {
        /// What is looked into.
        base: Box<Expr>,
        /// The key.
        key: Box<Expr>,
    },
    /// `source[*].rest` or `source.*.rest`
    Splat(Box<Splat>),
    /// `name(args)`
    Call(Box<Call>),
    /// `-a`, `!a`
    Unary {
        /// The operator.
        op: UnaryOp,
        /// What it stands before.
        operand: Box<Expr>,
    },
    /// `a + b`
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Where the operator is written.
        op_span: Span,
        /// Left and right side.
        sides: Box<(Expr, Expr)>,
    },
    /// `condition ? yes : no`
    Conditional(Box<Conditional>),
    /// `[for …]` or `{for …}`
    For(Box<For>),
    /// `( inner )`
    Paren(Box<Expr>),
}

/// One item of an object literal.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectItem {
    /// The key.
    pub key: ObjectKey,
    /// The value.
    pub value: Expr,
}

/// The key of an object item.
#[derive(Debug, Clone, PartialEq)]
pub enum ObjectKey {
    /// A bare name or a quoted string without interpolation.
    Name(Ident),
    /// `(expression)`, a template, a number or any other expression. A reference
    /// without parentheses (`a.b = 1`) is here as well; whoever evaluates must
    /// refuse it, as Terraform does, since a name in quotes may be meant.
    Expr(Expr),
}

impl ObjectKey {
    /// Where the key is written.
    pub fn span(&self) -> Span {
        match self {
            Self::Name(name) => name.span,
            Self::Expr(expr) => expr.span,
        }
    }
}

/// A template with interpolations or directives. A template that is a single
/// interpolation (`"${x}"`) stands for its value, whatever its type.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// The pieces, in order. Strip markers are already applied.
    pub parts: Vec<TemplatePart>,
    /// Whether it was written as a heredoc (it is printed as one again).
    pub heredoc: bool,
}

/// One piece of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum TemplatePart {
    /// Text as it is.
    Literal(SmolStr, Span),
    /// `${expr}`
    Interpolation(Expr),
    /// `%{ if c }…%{ else }…%{ endif }`
    If {
        /// The condition.
        condition: Expr,
        /// When true.
        then: Vec<TemplatePart>,
        /// When false.
        otherwise: Vec<TemplatePart>,
        /// From `%{ if` to `endif }`.
        span: Span,
    },
    /// `%{ for k, v in c }…%{ endfor }`
    For {
        /// The key variable, if named.
        key: Option<Ident>,
        /// The value variable.
        value: Ident,
        /// What is walked.
        collection: Expr,
        /// What is repeated.
        body: Vec<TemplatePart>,
        /// From `%{ for` to `endfor }`.
        span: Span,
    },
}

/// `source[*].rest`
#[derive(Debug, Clone, PartialEq)]
pub struct Splat {
    /// What is walked; a value that is no list is taken as a list of itself.
    pub source: Expr,
    /// What is taken of each item: traversals on [`ExprKind::SplatItem`].
    pub each: Expr,
    /// `[*]` (true) or `.*` (false).
    pub full: bool,
}

/// `name(args)`
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The function; a namespace is part of the name (`provider::x::y`).
    pub name: Ident,
    /// The arguments.
    pub args: Vec<Expr>,
    /// Whether the last argument ends in `...`.
    pub expand_final: bool,
}

/// `condition ? yes : no`
#[derive(Debug, Clone, PartialEq)]
pub struct Conditional {
    /// Before the `?`.
    pub condition: Expr,
    /// When true.
    pub yes: Expr,
    /// When false.
    pub no: Expr,
}

/// `[for v in c : e if w]` or `{for k, v in c : k => e... if w}`
#[derive(Debug, Clone, PartialEq)]
pub struct For {
    /// The key variable, if named.
    pub key_var: Option<Ident>,
    /// The value variable.
    pub value_var: Ident,
    /// What is walked.
    pub collection: Expr,
    /// The key of each item: present exactly for the `{for …}` form.
    pub key: Option<Expr>,
    /// The value of each item.
    pub value: Expr,
    /// `...`: values of equal keys are collected in lists.
    pub group: bool,
    /// After `if`.
    pub condition: Option<Expr>,
}

/// An operator before its operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`
    Negate,
    /// `!`
    Not,
}

/// An operator between its operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum BinaryOp {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

impl BinaryOp {
    /// How it is written.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
        }
    }
}
