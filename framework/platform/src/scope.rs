//! The names an expression of one environment may read.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Diagnostics, Span, closest};
use terrace_eval::scope::{Lookup, Scope, Step};
use terrace_eval::{Context, Folded, Value, fold};
use terrace_hcl::ast::{Expr, ExprKind, Ident};
use terrace_layers::{Evaluate, Locals};

use crate::codes;
use crate::module::Module;

const ROOTS: [&str; 6] = [
    "component",
    "env",
    "local",
    "platform",
    "state",
    "terraform",
];

/// The component whose inputs are being evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Current {
    /// `component.name`
    pub(crate) component: Option<SmolStr>,
    /// `state.name`
    pub(crate) state: SmolStr,
}

/// One environment's names. Locals are evaluated at most once.
pub(crate) struct EnvironmentScope<'p, 'c> {
    pub(crate) platform: Value,
    pub(crate) env: Value,
    pub(crate) locals: Locals<'p>,
    /// The Terraform components of the environment, each with its module.
    pub(crate) components: BTreeMap<SmolStr, Option<Arc<Module>>>,
    pub(crate) current: RefCell<Option<Current>>,
    pub(crate) context: &'c Context<'c>,
}

impl EnvironmentScope<'_, '_> {
    /// Runs `work` with `component.*` and `state.*` set.
    pub(crate) fn with<T>(&self, current: Option<Current>, work: impl FnOnce() -> T) -> T {
        let before = self.current.replace(current);
        let result = work();
        self.current.replace(before);
        result
    }

    fn late(&self, steps: &[Step<'_>], span: Span) -> Result<Lookup, Diagnostic> {
        let [component, output, ..] = steps else {
            return Err(Diagnostic::error(
                &codes::UNKNOWN_COMPONENT,
                "a reference to another component is written terraform.NAME.OUTPUT",
            )
            .at(span));
        };
        let name = component.name().unwrap_or_default();
        let Some((name, module)) = self.components.get_key_value(name) else {
            let known = self.components.keys().map(SmolStr::as_str);
            return Err(Diagnostic::error(
                &codes::UNKNOWN_COMPONENT,
                format!("this environment has no Terraform component `{name}`"),
            )
            .at(component.span())
            .maybe_help(
                closest(name, known).map(|near| format!("did you mean `terraform.{near}`?")),
            ));
        };
        let wanted = output.name().unwrap_or_default();
        let mut sensitive = false;
        if let Some(module) = module.as_ref().filter(|module| module.complete) {
            let Some(declared) = module.outputs.get(wanted) else {
                let known = module.outputs.keys().map(SmolStr::as_str);
                let help = match closest(wanted, known.clone()) {
                    Some(near) => format!("did you mean `terraform.{name}.{near}`?"),
                    None => format!("it has: {}", known.collect::<Vec<_>>().join(", ")),
                };
                return Err(Diagnostic::error(
                    &codes::UNKNOWN_OUTPUT,
                    format!("the module of `{name}` has no output `{wanted}`"),
                )
                .at(output.span())
                .help(help));
            };
            sensitive = declared.sensitive;
        }
        Ok(Lookup::Late {
            expr: reference(name, wanted, span),
            consumed: 2,
            sensitive,
        })
    }
}

/// `terraform.NAME.OUTPUT`, as it stays in folded expressions until a root is
/// rendered.
fn reference(component: &str, output: &str, span: Span) -> Expr {
    let attribute = |base: Expr, name: &str| Expr {
        kind: ExprKind::GetAttr {
            base: Box::new(base),
            name: Ident {
                name: name.into(),
                span,
            },
        },
        span,
    };
    let root = Expr {
        kind: ExprKind::Variable("terraform".into()),
        span,
    };
    attribute(attribute(root, component), output)
}

impl Scope for EnvironmentScope<'_, '_> {
    fn lookup(
        &self,
        root: &str,
        steps: &[Step<'_>],
        span: Span,
    ) -> Option<Result<Lookup, Diagnostic>> {
        let result = match root {
            "platform" => member("platform", &self.platform, steps),
            "env" => member("env", &self.env, steps),
            "local" => self.with(None, || self.locals.lookup(steps, span, self)),
            "terraform" => self.late(steps, span),
            "component" | "state" => self.current(root, steps, span),
            _ => return None,
        };
        Some(result)
    }

    fn names(&self) -> Vec<SmolStr> {
        ROOTS.iter().map(|name| SmolStr::from(*name)).collect()
    }
}

impl EnvironmentScope<'_, '_> {
    fn current(&self, root: &str, steps: &[Step<'_>], span: Span) -> Result<Lookup, Diagnostic> {
        let current = self.current.borrow();
        let name = current.as_ref().and_then(|current| match root {
            "component" => current.component.clone(),
            _ => Some(current.state.clone()),
        });
        let Some(name) = name else {
            return Err(Diagnostic::error(
                &codes::BAD_SCOPE,
                format!("`{root}` is not known here"),
            )
            .at(span)
            .help("it stands for one component: use it in the inputs of a component"));
        };
        member(
            root,
            &Value::object([("name".into(), Value::string(name))]),
            steps,
        )
    }
}

impl Evaluate for EnvironmentScope<'_, '_> {
    fn fold(&self, expr: &Expr) -> Result<Folded, Diagnostics> {
        fold(expr, self, self.context)
    }
}

/// `root.NAME` out of an object.
fn member(root: &str, object: &Value, steps: &[Step<'_>]) -> Result<Lookup, Diagnostic> {
    let Some(step) = steps.first() else {
        return Ok(Lookup::Value {
            value: object.clone(),
            consumed: 0,
        });
    };
    let name = step.name().unwrap_or_default();
    let entries = object.entries();
    match entries.and_then(|entries| entries.get(name)) {
        Some(value) => Ok(Lookup::Value {
            value: value.clone(),
            consumed: 1,
        }),
        None => {
            let known: Vec<&str> = entries
                .map(|entries| entries.iter().map(|(name, _)| name.as_str()).collect())
                .unwrap_or_default();
            let near = closest(name, known.iter().copied());
            let help = match near {
                Some(near) => format!("did you mean `{root}.{near}`?"),
                None => format!("it has: {}", known.join(", ")),
            };
            Err(Diagnostic::error(
                &terrace_eval::codes::UNKNOWN_VARIABLE,
                format!("`{root}` has no attribute `{name}`"),
            )
            .at(step.span())
            .help(help))
        }
    }
}
