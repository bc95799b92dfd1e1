//! Locals: layered first, evaluated lazily, each once for an environment.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Diagnostics, Span, closest};
use terrace_eval::Value;
use terrace_eval::scope::{Lookup, Step};
use terrace_hcl::ast::Attribute;

use crate::codes;
use crate::merge::{Candidate, Evaluate, Merger, Node, NodeKind, key_text};
use crate::read::Definitions;

/// The locals of one environment.
#[derive(Default)]
pub struct Locals<'p> {
    slots: BTreeMap<&'p str, Slot<'p>>,
    /// Names under evaluation, outermost first, with where each is referred to.
    open: RefCell<Vec<(&'p str, Span)>>,
    /// What went wrong, apart from the errors handed to the reader.
    diagnostics: RefCell<Diagnostics>,
}

struct Slot<'p> {
    /// The definitions, lowest layer first.
    stack: Vec<&'p Attribute>,
    state: OnceCell<Result<Merged, Diagnostic>>,
}

struct Merged {
    node: Node,
    late: bool,
    /// The whole value, made when it is first asked for.
    value: OnceCell<Value>,
}

impl<'p> Locals<'p> {
    /// The locals of a stack of layers, lowest first.
    pub fn new<'a>(layers: impl IntoIterator<Item = &'a Definitions<'p>>) -> Self
    where
        'p: 'a,
    {
        let mut slots: BTreeMap<&'p str, Slot<'p>> = BTreeMap::new();
        for layer in layers {
            for (name, attribute) in &layer.locals {
                slots
                    .entry(name)
                    .or_insert_with(|| Slot {
                        stack: Vec::new(),
                        state: OnceCell::new(),
                    })
                    .stack
                    .push(attribute);
            }
        }
        Self {
            slots,
            ..Self::default()
        }
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &'p str> {
        self.slots.keys().copied()
    }

    /// The merged value of a local with its places.
    pub fn node(&self, name: &str, evaluate: &dyn Evaluate) -> Option<&Node> {
        let (name, slot) = self.slots.get_key_value(name)?;
        let span = slot.stack.first()?.name.span;
        self.merged(name, slot, span, evaluate)
            .ok()
            .map(|merged| &merged.node)
    }

    /// Evaluates every local, so that mistakes in unused ones are found too,
    /// and takes what was reported.
    pub fn finish(&self, evaluate: &dyn Evaluate) -> Diagnostics {
        let mut out = Diagnostics::new();
        for (name, slot) in &self.slots {
            let Some(first) = slot.stack.first() else {
                continue;
            };
            if let Err(error) = self.merged(name, slot, first.name.span, evaluate) {
                out.push(error.clone());
            }
        }
        out.extend(self.diagnostics.take());
        out
    }

    /// The merged locals, sorted by name, as far as they were evaluated without
    /// a mistake.
    pub fn into_nodes(self) -> Vec<(SmolStr, Node)> {
        self.slots
            .into_iter()
            .filter_map(|(name, slot)| {
                let merged = slot.state.into_inner()?.ok()?;
                Some((SmolStr::from(name), merged.node))
            })
            .collect()
    }

    /// Answers `local` followed by `steps`.
    ///
    /// # Errors
    /// No such local, a cycle, or the mistake found in the local.
    pub fn lookup(
        &self,
        steps: &[Step<'_>],
        span: Span,
        evaluate: &dyn Evaluate,
    ) -> Result<Lookup, Diagnostic> {
        let Some(first) = steps.first() else {
            return self.all(span, evaluate);
        };
        let name = first.name().unwrap_or_default();
        let Some((name, slot)) = self.slots.get_key_value(name) else {
            return Err(Diagnostic::error(
                &terrace_eval::codes::UNKNOWN_VARIABLE,
                format!("there is no local `{name}`"),
            )
            .at(first.span())
            .maybe_help(
                closest(name, self.names()).map(|near| format!("did you mean `local.{near}`?")),
            ));
        };
        let merged = self
            .merged(name, slot, span, evaluate)
            .map_err(Clone::clone)?;
        let names: Vec<String> = steps[1..].iter().map_while(step_text).collect();
        let (node, taken) = merged.node.descend(names.iter().map(String::as_str));
        let consumed = taken + 1;
        if let NodeKind::Value(value) = &node.kind {
            return Ok(Lookup::Value {
                value: value.clone(),
                consumed,
            });
        }
        if merged.late && node.has_late() {
            return Ok(Lookup::Late {
                expr: node.to_expr(),
                consumed,
                sensitive: false,
            });
        }
        let value = if taken == 0 {
            merged.value.get_or_init(|| node.to_value()).clone()
        } else {
            node.to_value()
        };
        Ok(Lookup::Value { value, consumed })
    }

    /// `local` as a whole: an object of all locals.
    fn all(&self, span: Span, evaluate: &dyn Evaluate) -> Result<Lookup, Diagnostic> {
        let mut entries: Vec<(SmolStr, Value)> = Vec::new();
        for (name, slot) in &self.slots {
            let merged = self
                .merged(name, slot, span, evaluate)
                .map_err(Clone::clone)?;
            entries.push((SmolStr::from(*name), merged.node.to_value()));
        }
        Ok(Lookup::Value {
            value: Value::object(entries),
            consumed: 0,
        })
    }

    fn merged<'s>(
        &'s self,
        name: &'p str,
        slot: &'s Slot<'p>,
        span: Span,
        evaluate: &dyn Evaluate,
    ) -> Result<&'s Merged, &'s Diagnostic> {
        if slot.state.get().is_none() {
            let cycle = self.cycle(name);
            let result = match cycle {
                Some(error) => Err(error),
                None => {
                    self.open.borrow_mut().push((name, span));
                    let result = self.evaluate(slot, evaluate);
                    self.open.borrow_mut().pop();
                    result
                }
            };
            // A cycle found further in may have settled this one already.
            let _ = slot.state.set(result);
        }
        match slot.state.get() {
            Some(state) => state.as_ref(),
            None => unreachable!("set above"),
        }
    }

    fn evaluate(&self, slot: &Slot<'p>, evaluate: &dyn Evaluate) -> Result<Merged, Diagnostic> {
        let mut found = Diagnostics::new();
        let stack = slot
            .stack
            .iter()
            .map(|attribute| Candidate::Expr {
                expr: &attribute.expr,
                key: Some(attribute.name.span),
            })
            .collect();
        let node = Merger::new(evaluate, &mut found).fold(stack);
        let mut errors = found.into_iter();
        let first_error = errors.find(|item| {
            if item.is_error() {
                return true;
            }
            self.diagnostics.borrow_mut().push(item.clone());
            false
        });
        self.diagnostics.borrow_mut().extend(errors);
        match (first_error, node) {
            (Some(error), _) => Err(error),
            (None, Some(node)) => {
                let late = node.has_late();
                Ok(Merged {
                    node,
                    late,
                    value: OnceCell::new(),
                })
            }
            (None, None) => {
                let last = slot.stack.last().map(|attribute| attribute.name.span);
                let mut error = Diagnostic::error(
                    &terrace_eval::codes::UNKNOWN_VARIABLE,
                    "this local is unset by the highest layer, but it is used",
                );
                if let Some(span) = last {
                    error = error.at(span);
                }
                Err(error)
            }
        }
    }

    fn cycle(&self, name: &str) -> Option<Diagnostic> {
        let open = self.open.borrow();
        let start = open.iter().position(|(open, _)| *open == name)?;
        let mut names: Vec<&str> = open[start..].iter().map(|(name, _)| *name).collect();
        names.push(name);
        let mut error = Diagnostic::error(
            &codes::LOCAL_CYCLE,
            format!(
                "locals depend on each other in a circle: {}",
                names.join(" → ")
            ),
        );
        for (name, _) in &open[start..] {
            if let Some(attribute) = self.slots.get(name).and_then(|slot| slot.stack.last()) {
                error = error.label(attribute.name.span, format!("local.{name}"));
            }
        }
        Some(error)
    }
}

fn step_text(step: &Step<'_>) -> Option<String> {
    match step {
        Step::Attr { name, .. } => Some((*name).to_owned()),
        Step::Index { key, .. } => key_text(key).map(String::from),
    }
}
