//! What `resources` and `components` name: files, folders, the layer below
//! (`kusttarget.go`, `accumulateResources` and `accumulateDirectory`).

use terrace_diag::Span;

use super::accumulator::Accumulator;
use super::load::{load, set_schema};
use super::{Builder, Target, origin};
use crate::codes::{INVALID_KUSTOMIZATION, NOT_SUPPORTED};
use crate::resource::map::ResMap;
use crate::resource::read;
use crate::session::{Directory, Session};
use crate::{Failure, Result};
impl Builder<'_, '_> {
    /// A file or a folder.
    pub(super) fn accumulate_resource(
        &mut self,
        target: &Target,
        path: &str,
        span: Span,
        all: &mut Accumulator,
    ) -> Result<()> {
        let file_failure = match self.accumulate_file(target, path, span, &mut all.map) {
            Ok(()) => return Ok(()),
            Err(failure) => failure,
        };
        if file_failure.is(&NOT_SUPPORTED) {
            return Err(file_failure);
        }
        let is_directory = !path.starts_with('/')
            && self
                .session
                .fs
                .kind(&crate::fs::path::join(&target.directory.root, path))
                == Some(crate::fs::Kind::Directory);
        let is_remote = crate::remote::is_repository(path) || crate::remote::is_address(path);
        if !is_directory && !is_remote {
            return Err(file_failure);
        }
        let directory = self.session.enter(&target.directory, path, span)?;
        self.accumulate_directory(target, directory, path, span, all)
    }

    fn accumulate_file(
        &mut self,
        target: &Target,
        path: &str,
        span: Span,
        map: &mut ResMap,
    ) -> Result<()> {
        let read = |session: &mut Session<'_>| {
            let (file, text) = session.text(&target.directory, path, span, true)?;
            read::resources(&text, file)
        };
        let mut resources = read(self.session).map_err(|failure| {
            let failure = failure.context(format!("accumulating resources from '{path}'"));
            if failure.span() == Some(span) {
                failure
            } else {
                failure.label(span, "listed here")
            }
        })?;
        self.session.number(&mut resources);
        if let Some(origin) = &target.origin {
            let origin = origin.append(path);
            for resource in &mut resources {
                origin::annotate(resource, &origin, span);
            }
        }
        let added = ResMap::of(resources).map_err(|failure| failure.label(span, "listed here"))?;
        self.session.observe(&added, "resource");
        map.append_all(added).map_err(|failure| {
            failure
                .context(format!("merging resources from '{path}'"))
                .label(span, "listed here")
        })
    }

    /// Loads a folder as a kustomization of its own, or as a component.
    fn load_inner(
        &mut self,
        target: &Target,
        directory: Directory,
        said: &str,
        span: Span,
        is_component: bool,
    ) -> Result<Target> {
        let root = directory.root.clone();
        let layer = self.stack.layer_at(&root);
        self.stack.check_reach(target.layer, layer, span)?;
        let mut inner = load(self.session, self.stack, directory, layer)
            .map_err(|failure| failure.or_at(span))?;
        inner.origin = target.origin.as_ref().map(|origin| origin.append(said));
        inner
            .kustomization
            .build_metadata
            .clone_from(&target.kustomization.build_metadata);
        set_schema(self.session, &inner)?;
        if is_component == inner.kustomization.is_component() {
            return Ok(inner);
        }
        let kind = &inner.kustomization.kind;
        let shown = self.session.shown(&root);
        let (message, help) = if is_component {
            (
                format!(
                    "expected kind 'Component' for path '{shown}' but got '{}'",
                    kind.value
                ),
                "list it under `resources`, or make it a Component",
            )
        } else {
            (
                format!("expected kind != 'Component' for path '{shown}'"),
                "list it under `components`",
            )
        };
        Err(Failure::new(&INVALID_KUSTOMIZATION, message)
            .at(span)
            .label(kind.span, "its kind")
            .help(help))
    }

    fn accumulate_directory(
        &mut self,
        target: &Target,
        directory: Directory,
        said: &str,
        span: Span,
        all: &mut Accumulator,
    ) -> Result<()> {
        let inner = self.load_inner(target, directory, said, span, false)?;
        let accumulated = self.accumulate_target(&inner, Accumulator::default())?;
        all.merge(accumulated).map_err(|failure| {
            failure
                .context(format!("recursed merging from path '{said}'"))
                .label(span, "listed here")
        })
    }

    /// A component works on what its parent has accumulated so far.
    pub(super) fn accumulate_component(
        &mut self,
        target: &Target,
        directory: Directory,
        said: &str,
        span: Span,
        all: Accumulator,
    ) -> Result<Accumulator> {
        let inner = self.load_inner(target, directory, said, span, true)?;
        let accumulated = self.accumulate_target(&inner, all)?;
        // As upstream: what a component leaves is merged into an accumulator that
        // is new, which matters to the configuration.
        let mut all = Accumulator::default();
        all.merge(accumulated).map_err(|failure| {
            failure
                .context(format!("recursed merging from path '{said}'"))
                .label(span, "listed here")
        })?;
        Ok(all)
    }

    /// The layer below as a first resource, unless the own resources reach it.
    pub(super) fn accumulate_lower_layer(
        &mut self,
        target: &Target,
        layer: usize,
        all: &mut Accumulator,
    ) -> Result<()> {
        let Some(lower) = layer.checked_sub(1) else {
            return Ok(());
        };
        if self.stack.is_reached(layer) {
            return Ok(());
        }
        let span = target.kustomization.span.0;
        let root = self.session.top(self.stack.folder(lower))?.root;
        let said = root.clone();
        let directory = self.session.enter_layer(&target.directory, root);
        let mut inner = load(self.session, self.stack, directory, Some(lower))?;
        inner.origin = target.origin.as_ref().map(|origin| origin.append(&said));
        inner
            .kustomization
            .build_metadata
            .clone_from(&target.kustomization.build_metadata);
        set_schema(self.session, &inner)?;
        if inner.kustomization.is_component() {
            return Err(Failure::new(
                &INVALID_KUSTOMIZATION,
                format!(
                    "expected kind != 'Component' for path '{}'",
                    self.session.shown(&said)
                ),
            )
            .at(inner.kustomization.kind.span));
        }
        let accumulated = self.accumulate_target(&inner, Accumulator::default())?;
        all.merge(accumulated)
            .map_err(|failure| failure.context("stacking layers").or_at(span))
    }
}
