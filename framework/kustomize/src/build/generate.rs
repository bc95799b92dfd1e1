//! Running generators (`kusttarget.go`, `runGenerators`), and the documents that
//! configure plugins.

use terrace_diag::Span;

use super::accumulator::Accumulator;
use super::origin::{self, Origin};
use super::{Builder, Target, helm_failure, patches, plugins};
use crate::Result;
use crate::generators;
use crate::kustomization::{GeneratorOptions, Inline};
use crate::resource::Resource;
use crate::session::SourceLoader;
impl Builder<'_, '_> {
    pub(super) fn run_generators(&mut self, target: &Target, all: &mut Accumulator) -> Result<()> {
        let own = &target.kustomization;
        if let Some((field, span)) = own.helm {
            return Err(helm_failure(field, span));
        }
        let global = own.generator_options.as_ref();
        let both = [
            (&own.config_map_generator, "ConfigMapGenerator"),
            (&own.secret_generator, "SecretGenerator"),
        ];
        for (entries, kind) in both {
            for args in entries {
                let options = GeneratorOptions::merged(args.options.as_ref(), global);
                let mut loader = SourceLoader {
                    session: self.session,
                    directory: &target.directory,
                };
                let generated = if kind == "SecretGenerator" {
                    generators::secret(&mut loader, args, options.as_ref())?
                } else {
                    generators::config_map(&mut loader, args, options.as_ref())?
                };
                let origin = target
                    .origin
                    .as_ref()
                    .map(|origin| origin.builtin(target.file_name, kind));
                let what = if kind == "SecretGenerator" {
                    "secretGenerator"
                } else {
                    "configMapGenerator"
                };
                self.absorb(generated, args.span, origin.as_ref(), what, all)?;
            }
        }
        for config in self.plugin_configs(target, &own.generators)? {
            let origin = target.origin.as_ref().and(plugins::origin_of(&config));
            let config = plugins::printed(self.session, &config)?;
            let span = config.node.span();
            let generated = plugins::generate(self.session, target, &config)?;
            self.absorb(generated, span, origin.as_ref(), "generators", all)?;
        }
        Ok(())
    }

    fn absorb(
        &mut self,
        generated: Resource,
        span: Span,
        origin: Option<&Origin>,
        what: &str,
        all: &mut Accumulator,
    ) -> Result<()> {
        let mut generated = [generated];
        self.session.number(&mut generated);
        let [mut generated] = generated;
        if let Some(origin) = origin
            && !origin::has_origin(&generated)
        {
            origin::set_origin(&mut generated, origin, span);
        }
        all.map.absorb(generated, span)?;
        self.session.observe(&all.map, what);
        Ok(())
    }

    /// The documents that configure plugins: inline, in files or in folders.
    pub(super) fn plugin_configs(
        &mut self,
        target: &Target,
        entries: &[Inline],
    ) -> Result<Vec<Resource>> {
        let mut all = Accumulator::default();
        let mut paths = Vec::new();
        for entry in entries {
            match patches::inline_resources(self.session, entry) {
                Ok(resources) => {
                    for mut resource in resources {
                        if let Some(origin) = &target.origin {
                            let origin = origin.append(target.file_name);
                            origin::set_origin(&mut resource, &origin, entry.span);
                        }
                        all.map.append(resource)?;
                    }
                }
                Err(_) => paths.push(entry),
            }
        }
        for entry in paths {
            self.accumulate_resource(target, &entry.text, entry.span, &mut all)?;
        }
        Ok(all.map.into_resources())
    }
}
