//! Input variables of modules: what a `variable` block asks for, and whether a
//! value satisfies it.
//!
//! Source of the rules: `internal/configs/named_values.go` and
//! `internal/terraform/eval_variable.go` of Terraform, `ext/typeexpr` of HCL.

mod constraint;
mod defaults;
mod validation;

use smol_str::SmolStr;
use terrace_diag::{Code, Diagnostic, Diagnostics, Span};
use terrace_hcl::ast::{Attribute, Block, Expr, ExprKind, ObjectKey};

use crate::codes;
use crate::convert::{Fault, PathStep, convert_all};
use crate::evaluate::{Context, evaluate};
use crate::files::NoFiles;
use crate::fold::Folded;
use crate::scope::EmptyScope;
use crate::types::Type;
use crate::value::{Data, Value};

pub use constraint::{TypeConstraint, parse_type};
pub use defaults::Defaults;
pub use validation::Validation;

/// A `variable` block, read once and checked against many values.
#[derive(Debug, Clone)]
pub struct ModuleVariable {
    /// The variable's name.
    pub name: SmolStr,
    /// What values must be, with defaults of optional attributes.
    pub constraint: TypeConstraint,
    /// The value used where none is given, as the constraint's type.
    pub default: Option<Value>,
    /// Whether null may be given; if not, the default stands for null.
    pub nullable: bool,
    /// Whether the value is a secret.
    pub sensitive: bool,
    /// For people.
    pub description: Option<SmolStr>,
    /// The module's own rules.
    pub validations: Vec<Validation>,
    /// The head of the block.
    pub span: Span,
}

/// A part of a value that a variable does not take.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeFault {
    /// [`codes::WRONG_TYPE`] or [`codes::VALIDATION_FAILED`].
    pub code: &'static Code,
    /// The way to the part; empty for the value as a whole.
    pub path: Vec<PathStep>,
    /// What is wrong, in Terraform's words: `number required`.
    pub message: String,
}

impl From<Fault> for TypeFault {
    fn from(fault: Fault) -> Self {
        Self {
            code: &codes::WRONG_TYPE,
            path: fault.path,
            message: fault.message,
        }
    }
}

impl ModuleVariable {
    /// Reads a `variable` block. Arguments that other versions of Terraform or
    /// OpenTofu know are passed over.
    ///
    /// # Errors
    /// Everything that is wrong with the block.
    pub fn parse(block: &Block) -> Result<Self, Diagnostics> {
        let mut problems = Diagnostics::new();
        let name = match block.labels.as_slice() {
            [label] => label.name.clone(),
            _ => {
                problems.push(
                    Diagnostic::error(
                        &codes::INVALID_VARIABLE,
                        "a variable block has one label, its name",
                    )
                    .at(block.header),
                );
                SmolStr::default()
            }
        };
        let mut variable = Self {
            name,
            constraint: TypeConstraint::any(),
            default: None,
            nullable: true,
            sensitive: false,
            description: None,
            validations: Vec::new(),
            span: block.header,
        };
        let mut default = None;
        for attribute in block.body.attributes() {
            match attribute.name.name.as_str() {
                "type" => match parse_type(&attribute.expr) {
                    Ok(constraint) => variable.constraint = constraint,
                    Err(found) => problems.extend(found),
                },
                "default" => default = Some(attribute),
                "nullable" => {
                    variable.nullable = problems.ok(literal_bool(attribute)).unwrap_or(true);
                }
                "sensitive" => {
                    variable.sensitive = problems.ok(literal_bool(attribute)).unwrap_or(false);
                }
                "description" => {
                    if let ExprKind::String(text) = &attribute.expr.kind {
                        variable.description = Some(text.clone());
                    }
                }
                _ => {}
            }
        }
        if let Some(attribute) = default {
            match variable.read_default(attribute) {
                Ok(value) => variable.default = Some(value),
                Err(found) => problems.extend(found),
            }
        }
        for block in block.body.blocks().filter(|b| b.kind.name == "validation") {
            match Validation::parse(block) {
                Ok(validation) => variable.validations.push(validation),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.has_errors() {
            return Err(problems);
        }
        Ok(variable)
    }

    fn read_default(&self, attribute: &Attribute) -> Result<Value, Diagnostics> {
        let value = evaluate(&attribute.expr, &EmptyScope, &Context::new(&NoFiles))?;
        let value = self.convert(&value).map_err(|faults| {
            faults
                .into_iter()
                .map(|fault| {
                    Diagnostic::error(
                        &codes::INVALID_VARIABLE,
                        format!(
                            "the default of variable {:?} does not fit its type: {}",
                            self.name, fault.message
                        ),
                    )
                    .at(attribute.expr.span)
                })
                .collect::<Diagnostics>()
        })?;
        if value.is_null() && !self.nullable {
            return Err(Diagnostic::error(
                &codes::INVALID_VARIABLE,
                format!(
                    "the default of variable {:?} is null, but the variable is not nullable",
                    self.name
                ),
            )
            .at(attribute.expr.span)
            .into());
        }
        Ok(value)
    }

    /// Whether a value must be given.
    pub fn is_required(&self) -> bool {
        self.default.is_none()
    }

    /// Fills in the constraint's defaults and converts.
    fn convert(&self, value: &Value) -> Result<Value, Vec<Fault>> {
        match &self.constraint.defaults {
            Some(defaults) if !value.is_null() => {
                convert_all(&defaults.apply(value), &self.constraint.ty)
            }
            _ => convert_all(value, &self.constraint.ty),
        }
    }

    /// The value the module sees: converted, with defaults, checked against
    /// the module's rules as far as they can be decided. Late-bound parts of a
    /// partial value are unknown in the result.
    ///
    /// # Errors
    /// Every part that does not fit.
    pub fn check(&self, given: &Folded) -> Result<Value, Vec<TypeFault>> {
        self.check_with(given, &|_| None)
    }

    /// The same where the module's rules may read other variables (as checked
    /// values).
    ///
    /// # Errors
    /// Every part that does not fit.
    pub fn check_with(
        &self,
        given: &Folded,
        others: &dyn Fn(&str) -> Option<Value>,
    ) -> Result<Value, Vec<TypeFault>> {
        let shape;
        let value = match given {
            Folded::Known(value) => value,
            Folded::Partial(expr) => {
                shape = value_shape(expr);
                &shape
            }
        };
        let converted = self
            .convert(value)
            .map_err(|faults| faults.into_iter().map(TypeFault::from).collect::<Vec<_>>())?;
        let converted = if converted.is_null() && !self.nullable {
            match &self.default {
                Some(default) => default.clone(),
                None => {
                    return Err(vec![TypeFault {
                        code: &codes::WRONG_TYPE,
                        path: Vec::new(),
                        message: "required variable may not be set to null".into(),
                    }]);
                }
            }
        } else {
            converted
        };
        let converted = converted.or_sensitive(self.sensitive);
        let faults: Vec<TypeFault> = self
            .validations
            .iter()
            .filter_map(|validation| validation.fault(&self.name, &converted, others))
            .collect();
        if faults.is_empty() {
            Ok(converted)
        } else {
            Err(faults)
        }
    }

    /// Attributes that the constraint's object types do not have. Terraform
    /// drops them without a word; usually they are typing mistakes.
    pub fn unknown_attributes(&self, given: &Folded) -> Vec<UnknownAttribute> {
        let shape;
        let value = match given {
            Folded::Known(value) => value,
            Folded::Partial(expr) => {
                shape = value_shape(expr);
                &shape
            }
        };
        let mut found = Vec::new();
        unknown_attributes(value, &self.constraint.ty, &mut Vec::new(), &mut found);
        found
    }
}

/// An attribute of a value that its type does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownAttribute {
    /// The way to the object that has it.
    pub object: Vec<PathStep>,
    /// Its name.
    pub name: SmolStr,
    /// The names that the type has.
    pub known: Vec<SmolStr>,
}

/// `path` is the way to `value`.
fn unknown_attributes(
    value: &Value,
    ty: &Type,
    path: &mut Vec<PathStep>,
    found: &mut Vec<UnknownAttribute>,
) {
    match (value.data(), ty) {
        (Data::Object(object), Type::Object(want)) => {
            for (name, item) in object.entries() {
                let Some(ty) = want.get(name) else {
                    let known = want.attributes().iter();
                    found.push(UnknownAttribute {
                        object: path.clone(),
                        name: name.clone(),
                        known: known.map(|(name, _)| name.clone()).collect(),
                    });
                    continue;
                };
                path.push(PathStep::Key(name.clone()));
                unknown_attributes(item, ty, path, found);
                path.pop();
            }
        }
        (Data::Object(_) | Data::Map(_), Type::Map(element)) => {
            for (name, item) in value.entries().into_iter().flatten() {
                path.push(PathStep::Key(name.clone()));
                unknown_attributes(item, element, path, found);
                path.pop();
            }
        }
        (Data::Tuple(_) | Data::List(_), Type::List(element) | Type::Set(element)) => {
            for (at, item) in value.items().unwrap_or_default().iter().enumerate() {
                path.push(PathStep::Index(at));
                unknown_attributes(item, element, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}

fn literal_bool(attribute: &Attribute) -> Result<bool, Diagnostic> {
    match attribute.expr.kind {
        ExprKind::Bool(value) => Ok(value),
        _ => Err(Diagnostic::error(
            &codes::INVALID_VARIABLE,
            format!("`{}` must be true or false", attribute.name.name),
        )
        .at(attribute.expr.span)),
    }
}

/// A partly known expression as a value whose late-bound parts are unknown.
pub fn value_shape(expr: &Expr) -> Value {
    match &expr.kind {
        ExprKind::Paren(inner) => value_shape(inner),
        ExprKind::Tuple(items) => Value::tuple(items.iter().map(value_shape).collect()),
        ExprKind::Object(items) => {
            let entries: Option<Vec<_>> = items
                .iter()
                .map(|item| match &item.key {
                    ObjectKey::Name(name) => Some((name.name.clone(), value_shape(&item.value))),
                    ObjectKey::Expr(_) => None,
                })
                .collect();
            entries.map_or(Value::UNKNOWN, Value::object)
        }
        ExprKind::Template(template) if template.parts.len() > 1 => Value::unknown(Type::String),
        _ => {
            let mut constant = true;
            expr.for_each(&mut |part| {
                constant &= !matches!(part.kind, ExprKind::Variable(_) | ExprKind::SplatItem);
            });
            if !constant {
                return Value::UNKNOWN;
            }
            evaluate(expr, &EmptyScope, &Context::new(&NoFiles)).unwrap_or(Value::UNKNOWN)
        }
    }
}

#[cfg(test)]
#[path = "variable/variable_tests.rs"]
mod tests;
