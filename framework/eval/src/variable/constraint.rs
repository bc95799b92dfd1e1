//! Type constraints: `type = object({ a = optional(string, "x") })`
//! (`ext/typeexpr/get_type.go` of HCL).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Diagnostics, Span, closest};
use terrace_hcl::ast::{Call, Expr, ExprKind, ObjectItem, ObjectKey};

use super::Defaults;
use crate::codes;
use crate::convert::convert;
use crate::evaluate::{Context, evaluate};
use crate::files::NoFiles;
use crate::scope::EmptyScope;
use crate::types::{ObjectType, Type};
use crate::value::Value;

/// What a variable takes.
#[derive(Debug, Clone)]
pub struct TypeConstraint {
    /// The type, with optional attributes.
    pub ty: Type,
    /// Defaults of optional attributes, if there are any.
    pub defaults: Option<Defaults>,
}

impl TypeConstraint {
    /// `any`
    pub fn any() -> Self {
        Self {
            ty: Type::Dynamic,
            defaults: None,
        }
    }
}

/// How deep constraints may be nested.
const MAX_DEPTH: u32 = 100;

const KEYWORDS: [&str; 9] = [
    "any", "string", "number", "bool", "list", "set", "map", "object", "tuple",
];

/// Reads the expression of a `type` argument.
///
/// # Errors
/// Everything that is no type.
pub fn parse_type(expr: &Expr) -> Result<TypeConstraint, Diagnostics> {
    let mut reader = Reader {
        problems: Diagnostics::new(),
        depth: 0,
    };
    // Shorthands of old configurations, only as the whole constraint.
    if let ExprKind::Variable(name) = &expr.kind {
        let ty = match name.as_str() {
            "list" => Some(Type::list(Type::Dynamic)),
            "map" => Some(Type::map(Type::Dynamic)),
            _ => None,
        };
        if let Some(ty) = ty {
            return Ok(TypeConstraint { ty, defaults: None });
        }
    }
    match reader.read(expr) {
        Some((ty, defaults)) if !reader.problems.has_errors() => {
            Ok(TypeConstraint { ty, defaults })
        }
        _ => Err(reader.problems),
    }
}

struct Reader {
    problems: Diagnostics,
    depth: u32,
}

type Read = Option<(Type, Option<Defaults>)>;

impl Reader {
    fn problem(&mut self, span: Span, message: impl Into<String>) -> Read {
        self.problems
            .push(Diagnostic::error(&codes::INVALID_TYPE, message).at(span));
        None
    }

    fn read(&mut self, expr: &Expr) -> Read {
        if self.depth >= MAX_DEPTH {
            return self.problem(expr.span, "the type constraint is nested too deeply");
        }
        self.depth += 1;
        let result = match &expr.kind {
            ExprKind::Variable(name) => self.keyword(name, expr.span),
            ExprKind::Call(call) => self.constructor(call, expr.span),
            ExprKind::Paren(inner) => self.read(inner),
            ExprKind::String(text) => self.problem(
                expr.span,
                format!("type constraints are written without quotes: {text}"),
            ),
            _ => self.problem(
                expr.span,
                "a type constraint is a type keyword or a call of a type constructor",
            ),
        };
        self.depth -= 1;
        result
    }

    fn keyword(&mut self, name: &str, span: Span) -> Read {
        let ty = match name {
            "any" => Type::Dynamic,
            "string" => Type::String,
            "number" => Type::Number,
            "bool" => Type::Bool,
            "list" | "set" | "map" => {
                return self.problem(
                    span,
                    format!("the {name} type constructor requires one argument specifying the element type"),
                );
            }
            "object" => {
                return self.problem(
                    span,
                    "the object type constructor requires one argument specifying the attribute types and values as a map",
                );
            }
            "tuple" => {
                return self.problem(
                    span,
                    "the tuple type constructor requires one argument specifying the element types as a list",
                );
            }
            "optional" => {
                return self.problem(span, "optional is only for attributes of object types");
            }
            other => return self.no_type(other, span),
        };
        Some((ty, None))
    }

    fn no_type(&mut self, name: &str, span: Span) -> Read {
        let hint = closest(name, KEYWORDS).map(|near| format!("did you mean `{near}`?"));
        self.problems.push(
            Diagnostic::error(
                &codes::INVALID_TYPE,
                format!("{name:?} is not a valid type specification"),
            )
            .at(span)
            .maybe_help(hint),
        );
        None
    }

    fn constructor(&mut self, call: &Call, span: Span) -> Read {
        let name = call.name.name.as_str();
        match name {
            "list" | "set" | "map" | "object" | "tuple" => {}
            "optional" => {
                return self.problem(span, "optional is only for attributes of object types");
            }
            "any" | "string" | "number" | "bool" => {
                return self.problem(
                    span,
                    format!("primitive type keyword {name:?} does not expect arguments"),
                );
            }
            other => return self.no_type(other, call.name.span),
        }
        let [argument] = call.args.as_slice() else {
            return self.problem(
                span,
                format!("the {name} type constructor requires one argument"),
            );
        };
        match (name, &argument.kind) {
            ("list" | "set" | "map", _) => {
                let (element, inner) = self.read(argument)?;
                let ty = match name {
                    "list" => Type::list(element),
                    "set" => Type::set(element),
                    _ => Type::map(element),
                };
                Some((ty, inner.map(Defaults::of_elements)))
            }
            ("object", ExprKind::Object(items)) => self.object(items),
            ("tuple", ExprKind::Tuple(items)) => self.tuple(items),
            ("object", _) => self.problem(
                argument.span,
                "object type constructor requires a map whose keys are attribute names and whose values are the corresponding attribute types",
            ),
            _ => self.problem(
                argument.span,
                "tuple type constructor requires a list of element types",
            ),
        }
    }

    fn tuple(&mut self, items: &[Expr]) -> Read {
        let mut types = Vec::with_capacity(items.len());
        let mut children = BTreeMap::new();
        for (at, item) in items.iter().enumerate() {
            if let Some((ty, inner)) = self.read(item) {
                types.push(ty);
                if let Some(inner) = inner {
                    children.insert(at, inner);
                }
            }
        }
        let complete = types.len() == items.len();
        complete.then(|| (Type::tuple(types), Defaults::of_positions(children)))
    }

    fn object(&mut self, items: &[ObjectItem]) -> Read {
        let mut attributes: Vec<(SmolStr, Type)> = Vec::with_capacity(items.len());
        let mut optional = BTreeSet::new();
        let mut values = BTreeMap::new();
        let mut children = BTreeMap::new();
        let mut complete = true;
        for item in items {
            let ObjectKey::Name(name) = &item.key else {
                self.problem(
                    item.key.span(),
                    "object constructor map keys must be attribute names",
                );
                complete = false;
                continue;
            };
            let name = name.name.clone();
            let (ty_expr, is_optional, default) = self.attribute(&item.value);
            let Some((ty, inner)) = ty_expr.and_then(|expr| self.read(expr)) else {
                complete = false;
                continue;
            };
            if is_optional {
                optional.insert(name.clone());
            }
            if let Some(default) = default
                && let Some(value) = self.default(default, &ty)
            {
                values.insert(name.clone(), value);
            }
            if let Some(inner) = inner {
                children.insert(name.clone(), inner);
            }
            attributes.push((name, ty));
        }
        complete.then(|| {
            let object = ObjectType::with_optional(attributes, optional);
            (
                Type::Object(Arc::new(object)),
                Defaults::of_attributes(values, children),
            )
        })
    }

    /// Type, whether optional, and default of an attribute.
    fn attribute<'x>(&mut self, expr: &'x Expr) -> (Option<&'x Expr>, bool, Option<&'x Expr>) {
        let ExprKind::Call(call) = &expr.kind else {
            return (Some(expr), false, None);
        };
        if call.name.name != "optional" {
            return (Some(expr), false, None);
        }
        match call.args.as_slice() {
            [ty] => (Some(ty), true, None),
            [ty, default] => (Some(ty), true, Some(default)),
            _ => {
                self.problem(
                    expr.span,
                    "optional attribute modifier expects the attribute type as its first argument and an optional default value as its second",
                );
                (None, true, None)
            }
        }
    }

    fn default(&mut self, expr: &Expr, ty: &Type) -> Option<Value> {
        let value = match evaluate(expr, &EmptyScope, &Context::new(&NoFiles)) {
            Ok(value) => value,
            Err(found) => {
                self.problems.extend(found);
                return None;
            }
        };
        match convert(&value, ty) {
            Ok(value) => Some(value),
            Err(message) => {
                self.problem(
                    expr.span,
                    format!("this default value is not compatible with the attribute's type constraint: {message}"),
                );
                None
            }
        }
    }
}
