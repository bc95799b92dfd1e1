//! Which provider configurations and requirements a root gets.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;
use terrace_diag::{Diagnostic, Diagnostics, Span, closest};
use terrace_hcl::ast::Body;
use terrace_layers::{Definitions, Merger};

use super::{ModuleSource, ProviderConfig, Requirement, TerraformComponent, body};
use crate::codes;
use crate::scope::EnvironmentScope;

type Reference = (SmolStr, Option<SmolStr>);

/// Provider definitions of an environment: bodies by name and alias, lowest
/// layer first.
pub(super) struct Configurations<'p> {
    stacks: BTreeMap<(&'p str, Option<&'p str>), Vec<&'p Body>>,
}

impl<'p> Configurations<'p> {
    pub(super) fn new(layers: &[&Definitions<'p>]) -> Self {
        let mut stacks: BTreeMap<_, Vec<&'p Body>> = BTreeMap::new();
        for layer in layers {
            for (key, provider) in &layer.providers {
                stacks.entry(*key).or_default().push(&provider.block.body);
            }
        }
        Self { stacks }
    }

    fn has(&self, name: &str, alias: Option<&str>) -> bool {
        self.stacks.contains_key(&(name, alias))
    }

    /// The configurations that the components of a root use, merged.
    pub(super) fn for_root(
        &self,
        components: &[TerraformComponent],
        scope: &EnvironmentScope<'_, '_>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<ProviderConfig> {
        let mut used: BTreeSet<Reference> = BTreeSet::new();
        for component in components {
            self.used_by(component, &mut used, diagnostics);
        }
        let mut out = Vec::with_capacity(used.len());
        for (name, alias) in used {
            let Some(bodies) = self.stacks.get(&(name.as_str(), alias.as_deref())) else {
                continue;
            };
            let mut merger = Merger::new(scope, diagnostics);
            let body = body::merge(bodies, &mut merger);
            out.push(ProviderConfig { name, alias, body });
        }
        out
    }

    fn used_by(
        &self,
        component: &TerraformComponent,
        used: &mut BTreeSet<Reference>,
        diagnostics: &mut Diagnostics,
    ) {
        for (name, alias) in component.providers.values() {
            if self.has(name, alias.as_deref()) {
                used.insert((name.clone(), alias.clone()));
            } else if alias.is_some() {
                diagnostics.push(self.unknown(name, alias.as_deref(), component));
            }
        }
        match &component.source {
            ModuleSource::Local(module) => {
                for (name, need) in &module.providers {
                    for alias in &need.aliases {
                        let key = format!("{name}.{alias}");
                        if !component.providers.contains_key(&key) {
                            diagnostics.push(
                                Diagnostic::error(
                                    &codes::UNKNOWN_PROVIDER,
                                    format!(
                                        "the module of `{}` must be given `{key}`",
                                        component.name
                                    ),
                                )
                                .at(component.span)
                                .help(format!("write `providers = {{ {key} = provider.{name} }}`")),
                            );
                        }
                    }
                    let mapped = component.providers.contains_key(name.as_str());
                    if !mapped && self.has(name, None) {
                        used.insert((name.clone(), None));
                    }
                }
                // What a remote module below needs cannot be seen from here.
                if !module.remote_calls.is_empty() {
                    self.all_defaults(used);
                }
            }
            ModuleSource::Remote { .. } if component.providers.is_empty() => {
                self.all_defaults(used);
            }
            ModuleSource::Remote { .. } => {}
        }
    }

    fn all_defaults(&self, used: &mut BTreeSet<Reference>) {
        used.extend(
            self.stacks
                .keys()
                .filter(|(_, alias)| alias.is_none())
                .map(|(name, _)| (SmolStr::from(*name), None)),
        );
    }

    fn unknown(
        &self,
        name: &str,
        alias: Option<&str>,
        component: &TerraformComponent,
    ) -> Diagnostic {
        let shown = |name: &str, alias: Option<&str>| match alias {
            Some(alias) => format!("provider.{name}.{alias}"),
            None => format!("provider.{name}"),
        };
        let wanted = shown(name, alias);
        let known: Vec<String> = self
            .stacks
            .keys()
            .map(|(name, alias)| shown(name, *alias))
            .collect();
        Diagnostic::error(
            &codes::UNKNOWN_PROVIDER,
            format!("no layer of this environment configures `{wanted}`"),
        )
        .at(component.span)
        .maybe_help(
            closest(&wanted, known.iter().map(String::as_str))
                .map(|near| format!("did you mean `{near}`?")),
        )
    }
}

/// `required_providers` of a root.
pub(super) fn required(
    components: &[TerraformComponent],
    configured: &[ProviderConfig],
    versions: &BTreeMap<SmolStr, (SmolStr, Span)>,
) -> BTreeMap<SmolStr, Requirement> {
    let mut sources: BTreeMap<SmolStr, (Option<String>, BTreeSet<String>)> = BTreeMap::new();
    for component in components {
        if let ModuleSource::Local(module) = &component.source {
            for (name, need) in &module.providers {
                let (source, constraints) = sources.entry(name.clone()).or_default();
                *source = source.take().or_else(|| need.source.clone());
                constraints.extend(need.versions.iter().cloned());
            }
        }
    }
    for provider in configured {
        sources.entry(provider.name.clone()).or_default();
    }
    sources
        .into_iter()
        .map(|(name, (source, mut constraints))| {
            constraints.extend(versions.get(&name).map(|(text, _)| text.to_string()));
            let constraints: Vec<String> = constraints.into_iter().collect();
            let requirement = Requirement {
                source: source.unwrap_or_else(|| format!("hashicorp/{name}")),
                version: (!constraints.is_empty()).then(|| constraints.join(", ")),
            };
            (name, requirement)
        })
        .collect()
}
