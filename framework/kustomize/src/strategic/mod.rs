//! Strategic merge patches (`kyaml/yaml/merge2`, `kyaml/yaml/walk`).
//!
//! The whole document is walked, not only what the patch names, as upstream
//! does: nulls without a text go, strings that YAML 1.1 reads otherwise get
//! quotes, and lists with merge keys are put together anew.

mod directive;
mod list;

use terrace_yaml::{Content, Mapping, Node};

use crate::schema::{Schema, Schemas};
use crate::tree::{self, Kind, Writes};
use directive::Directive;

/// Why a patch cannot be applied, and the place in the patch or the resource.
pub(crate) type MergeError = (String, terrace_diag::Span);

/// What becomes of a node.
#[derive(Debug)]
enum Outcome {
    /// It stays, changed in place.
    Kept,
    /// The node of the patch takes its place.
    Replaced(Node),
    /// It goes.
    Cleared,
}

/// Nothing is walked deeper; the reader allows less.
const MAX_DEPTH: usize = 2_000;

/// Merges a patch into a resource. `false` if the patch deletes it.
///
/// # Errors
/// Values of different kinds at one place, and unknown directives.
pub(crate) fn merge(root: &mut Node, patch: Node, schemas: &Schemas) -> Result<bool, MergeError> {
    let mut walker = Walker {
        schemas,
        writes: Writes::default(),
        depth: 0,
    };
    let outcome = walker.merge(root, patch, None)?;
    walker.writes.spread(root);
    // Upstream does not look at what takes the place of a whole resource.
    Ok(!matches!(outcome, Outcome::Cleared))
}

struct Walker<'s> {
    schemas: &'s Schemas,
    writes: Writes,
    depth: usize,
}

impl<'s> Walker<'s> {
    fn enter(&mut self, node: &Node) -> Result<(), MergeError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(("the document is nested too deeply".into(), node.span()));
        }
        Ok(())
    }

    /// The schema of a node: the one known for its place, or that of the kind it
    /// says.
    fn schema(&self, node: &Node, known: Option<Schema<'s>>) -> Option<Schema<'s>> {
        if known.is_some() {
            return known;
        }
        let text = |name| {
            node.get(name)
                .map(tree::value)
                .filter(|text| !text.is_empty())
        };
        self.schemas.of_kind(text("apiVersion")?, text("kind")?)
    }

    /// Merges two nodes of one place.
    fn merge(
        &mut self,
        dest: &mut Node,
        mut patch: Node,
        schema: Option<Schema<'s>>,
    ) -> Result<Outcome, MergeError> {
        if tree::is_null(&patch) {
            return Ok(Outcome::Cleared);
        }
        if tree::is_null(dest) {
            return self.insert(patch, schema);
        }
        if Kind::of(dest) != Kind::of(&patch) {
            let message = tree::wrong_kind(Kind::of(dest), &patch);
            return Err((message, patch.span()));
        }
        // An empty collection is `{}` or `[]`; what it gets is not meant to be.
        if dest.items().is_some_and(<[Node]>::is_empty)
            || dest.as_mapping().is_some_and(Mapping::is_empty)
        {
            dest.set_style(patch.style());
        }
        self.enter(dest)?;
        let schema = self
            .schema(dest, schema)
            .or_else(|| self.schema(&patch, None));
        let outcome = match dest.content_mut() {
            Content::Scalar(_) => Outcome::Replaced(patch),
            Content::Sequence(items) => match schema.and_then(Schema::merge_keys) {
                None => Outcome::Replaced(patch),
                Some(keys) => {
                    let span = patch.span();
                    let patch_items = patch.items_mut();
                    let Some(patch_items) = patch_items else {
                        return Ok(Outcome::Kept);
                    };
                    match directive::of_list(patch_items).map_err(|message| (message, span))? {
                        Directive::Delete => Outcome::Cleared,
                        Directive::Replace => {
                            self.settle_list(patch_items, &keys, schema)?;
                            Outcome::Replaced(patch)
                        }
                        Directive::Merge => {
                            let patch_items = std::mem::take(patch_items);
                            self.merge_lists(items, patch_items, &keys, schema)?;
                            Outcome::Kept
                        }
                    }
                }
            },
            Content::Mapping(mapping) => {
                let span = patch.span();
                let Some(patch_mapping) = patch.as_mapping_mut() else {
                    return Ok(Outcome::Kept);
                };
                match directive::of_mapping(patch_mapping).map_err(|message| (message, span))? {
                    Directive::Delete => Outcome::Cleared,
                    Directive::Replace => {
                        self.settle_mapping(patch_mapping, schema)?;
                        Outcome::Replaced(patch)
                    }
                    Directive::Merge => {
                        let patch_mapping = std::mem::take(patch_mapping);
                        self.merge_mappings(mapping, patch_mapping, schema)?;
                        Outcome::Kept
                    }
                }
            }
        };
        self.depth -= 1;
        Ok(outcome)
    }

    /// A node of the patch where the document has none.
    fn insert(
        &mut self,
        mut patch: Node,
        schema: Option<Schema<'s>>,
    ) -> Result<Outcome, MergeError> {
        if tree::is_null(&patch) {
            return Ok(Outcome::Cleared);
        }
        self.enter(&patch)?;
        let schema = self.schema(&patch, schema);
        match patch.content_mut() {
            Content::Scalar(_) => {}
            Content::Sequence(items) => {
                if let Some(keys) = schema.and_then(Schema::merge_keys) {
                    self.settle_list(items, &keys, schema)?;
                }
            }
            Content::Mapping(mapping) => {
                // Upstream does not mind unknown directives here.
                if let Ok(Directive::Delete) = directive::of_mapping(mapping) {
                    self.depth -= 1;
                    return Ok(Outcome::Cleared);
                }
                self.settle_mapping(mapping, schema)?;
            }
        }
        self.depth -= 1;
        Ok(Outcome::Replaced(patch))
    }

    fn merge_mappings(
        &mut self,
        dest: &mut Mapping,
        patch: Mapping,
        schema: Option<Schema<'s>>,
    ) -> Result<(), MergeError> {
        // Only the first of repeated keys takes part.
        let mut from_patch: Vec<(Node, Option<Node>)> = Vec::with_capacity(patch.len());
        for entry in patch.into_entries() {
            let text = tree::raw_value(&entry.key);
            if !from_patch
                .iter()
                .any(|(key, _)| tree::raw_value(key) == text)
            {
                from_patch.push((entry.key, Some(entry.value)));
            }
        }
        // What the patch does not name is only tidied; its order does not
        // matter to that.
        self.tidy_mapping(dest, schema, &|key| {
            !from_patch
                .iter()
                .any(|(own, _)| tree::raw_value(own) == key)
        })?;
        from_patch.sort_by(|a, b| tree::raw_value(&a.0).cmp(tree::raw_value(&b.0)));
        for (key, value) in from_patch {
            let Some(value) = value else { continue };
            let name = tree::raw_value(&key);
            let schema = schema.and_then(|schema| schema.field(name));
            match dest.get_mut(name) {
                Some(old) => match self.merge(old, value, schema)? {
                    Outcome::Kept => tree::quote_if_ambiguous(old),
                    Outcome::Cleared => drop(dest.remove(name)),
                    Outcome::Replaced(new) => {
                        tree::overwrite(old, new, &mut self.writes);
                    }
                },
                None => match self.insert(value, schema)? {
                    Outcome::Replaced(mut new) if !tree::is_null(&new) => {
                        tree::quote_if_ambiguous(&mut new);
                        let text = key.text().cloned().unwrap_or_default();
                        let style = key.style();
                        dest.push(tree::untagged(text, key.span()).with_style(style), new);
                    }
                    _ => {}
                },
            }
        }
        Ok(())
    }

    /// Tidies a node that the patch does not name. `false` if it goes.
    fn tidy(&mut self, node: &mut Node, schema: Option<Schema<'s>>) -> Result<bool, MergeError> {
        if tree::is_null(node) {
            return Ok(!tree::raw_value(node).is_empty());
        }
        self.enter(node)?;
        let schema = self.schema(node, schema);
        match node.content_mut() {
            Content::Scalar(_) => {}
            Content::Sequence(items) => {
                if let Some(keys) = schema.and_then(Schema::merge_keys) {
                    self.merge_lists(items, Vec::new(), &keys, schema)?;
                }
            }
            Content::Mapping(mapping) => self.tidy_mapping(mapping, schema, &|_| true)?,
        }
        tree::quote_if_ambiguous(node);
        self.depth -= 1;
        Ok(true)
    }

    fn tidy_mapping(
        &mut self,
        mapping: &mut Mapping,
        schema: Option<Schema<'s>>,
        is_meant: &dyn Fn(&str) -> bool,
    ) -> Result<(), MergeError> {
        let mut gone = Vec::new();
        for at in 0..mapping.len() {
            let entry = &mut mapping.entries_mut()[at];
            let name = tree::raw_value(&entry.key);
            if !is_meant(name) {
                continue;
            }
            let schema = schema.and_then(|schema| schema.field(name));
            if !self.tidy(&mut entry.value, schema)? {
                gone.push(at);
            }
        }
        for at in gone.into_iter().rev() {
            mapping.entries_mut().remove(at);
        }
        Ok(())
    }

    /// Settles a node of the patch that has no counterpart: directives and nulls
    /// go. `false` if the node goes.
    fn settle(&mut self, node: &mut Node, schema: Option<Schema<'s>>) -> Result<bool, MergeError> {
        if tree::is_null(node) {
            return Ok(false);
        }
        self.enter(node)?;
        let schema = self.schema(node, schema);
        let span = node.span();
        let mut stays = true;
        match node.content_mut() {
            Content::Scalar(_) => {}
            Content::Sequence(items) => {
                if let Some(keys) = schema.and_then(Schema::merge_keys) {
                    let directive = directive::of_list(items).map_err(|message| (message, span))?;
                    stays = directive != Directive::Delete;
                    // What goes stays as it is until it is looked up by its keys.
                    if stays {
                        self.settle_list(items, &keys, schema)?;
                    }
                }
            }
            Content::Mapping(mapping) => {
                let directive =
                    directive::of_mapping(mapping).map_err(|message| (message, span))?;
                stays = directive != Directive::Delete;
                if stays {
                    self.settle_mapping(mapping, schema)?;
                }
            }
        }
        tree::quote_if_ambiguous(node);
        self.depth -= 1;
        Ok(stays)
    }

    fn settle_mapping(
        &mut self,
        mapping: &mut Mapping,
        schema: Option<Schema<'s>>,
    ) -> Result<(), MergeError> {
        let mut gone = Vec::new();
        for at in 0..mapping.len() {
            let entry = &mut mapping.entries_mut()[at];
            let name = tree::raw_value(&entry.key);
            let schema = schema.and_then(|schema| schema.field(name));
            if !self.settle(&mut entry.value, schema)? {
                gone.push(at);
            }
        }
        for at in gone.into_iter().rev() {
            mapping.entries_mut().remove(at);
        }
        Ok(())
    }
}
