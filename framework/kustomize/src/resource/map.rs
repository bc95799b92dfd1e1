//! The resources of an accumulation, in order (`api/resmap/reswrangler.go`).

use std::borrow::BorrowMut;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use rayon::prelude::*;
use terrace_diag::Span;
use terrace_yaml::{Mapping, Node};

use super::id::{IdKey, ResId};
use super::{Behavior, Resource};
use crate::codes::{DUPLICATE_ID, INVALID_GENERATOR};
use crate::kustomization::Selector;
use crate::selector::{LabelSelector, Pattern};
use crate::tree::{self, Writes};
use crate::{Failure, Result};

/// Resources in order. Identities are indexed when they are first asked for;
/// [`ResMap::resources_mut`] forgets the index.
#[derive(Debug, Clone, Default)]
pub(crate) struct ResMap {
    list: Vec<Resource>,
    current: Option<Index>,
    any: Option<Index>,
}

/// From this many resources on, several threads change them.
const PARALLEL_RESOURCES: usize = 256;

/// Resources that a thread takes at once.
const CHUNK: usize = 64;

/// Changes resources that do not depend on one another. Of several errors that
/// of the first resource counts.
pub(crate) fn for_each<R: BorrowMut<Resource> + Send>(
    resources: &mut [R],
    change: impl Fn(&mut Resource) -> Result<()> + Sync,
) -> Result<()> {
    let all = |chunk: &mut [R]| {
        chunk
            .iter_mut()
            .try_for_each(|resource| change(resource.borrow_mut()))
    };
    if resources.len() < PARALLEL_RESOURCES {
        return all(resources);
    }
    let results: Vec<Result<()>> = resources.par_chunks_mut(CHUNK).map(all).collect();
    results.into_iter().collect()
}

/// As [`for_each`], with what each change says, in order.
pub(crate) fn map_each_mut<T: Send>(
    resources: &mut [Resource],
    change: impl Fn(&mut Resource) -> T + Sync + Send,
) -> Vec<T> {
    if resources.len() < PARALLEL_RESOURCES {
        return resources.iter_mut().map(change).collect();
    }
    let changed = resources.par_iter_mut().with_min_len(CHUNK).map(change);
    changed.collect()
}

/// What each resource says, in order.
pub(crate) fn map_each<'r, T: Send>(
    resources: &'r [Resource],
    ask: impl Fn(&'r Resource) -> T + Sync + Send,
) -> Vec<T> {
    if resources.len() < PARALLEL_RESOURCES {
        return resources.iter().map(ask).collect();
    }
    let said = resources.par_iter().with_min_len(CHUNK).map(ask);
    said.collect()
}

/// Places in the list by hashes of identities.
type Index = BTreeSet<(u64, u32)>;

/// A number that is the same for the same identities.
pub(crate) fn hash(key: IdKey<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

impl ResMap {
    pub(crate) fn resources(&self) -> &[Resource] {
        &self.list
    }

    /// The resources, to change in any way.
    pub(crate) fn resources_mut(&mut self) -> &mut Vec<Resource> {
        self.current = None;
        self.any = None;
        &mut self.list
    }

    /// The resources, to change anything but identities and their number.
    pub(crate) fn contents_mut(&mut self) -> &mut [Resource] {
        // A field that a configuration names may be part of an identity.
        self.current = None;
        &mut self.list
    }

    /// The resources at some places, in order, to change in any way.
    pub(crate) fn choose_mut(&mut self, places: &[usize]) -> Vec<&mut Resource> {
        let mut is_chosen = vec![false; self.list.len()];
        for at in places {
            is_chosen[*at] = true;
        }
        let chosen = self.resources_mut().iter_mut().zip(is_chosen);
        chosen
            .filter_map(|(resource, is_chosen)| is_chosen.then_some(resource))
            .collect()
    }

    /// Changes anything but identities and the number of resources, each without
    /// regard to the others. Of several errors that of the first resource counts.
    pub(crate) fn for_each_content(
        &mut self,
        change: impl Fn(&mut Resource) -> Result<()> + Sync,
    ) -> Result<()> {
        for_each(self.contents_mut(), change)
    }

    pub(crate) fn into_resources(self) -> Vec<Resource> {
        self.list
    }

    fn current_index(&mut self) -> &mut Index {
        let list = &self.list;
        self.current.get_or_insert_with(|| {
            let hashes = map_each(list, |resource| hash(resource.id().key()));
            hashes.into_iter().zip(0..).collect()
        })
    }

    fn any_index(&mut self) -> &mut Index {
        let list = &self.list;
        self.any.get_or_insert_with(|| {
            let mut index = Index::new();
            for (at, resource) in list.iter().enumerate() {
                for id in resource.previous_ids().chain([resource.id()]) {
                    index.insert((hash(id.key()), at as u32));
                }
            }
            index
        })
    }

    /// Where resources are that have or had this identity.
    pub(crate) fn with_any_id(&mut self, id: &ResId<'_>) -> Vec<usize> {
        let hash = hash(id.key());
        let found = in_index(self.any_index(), hash);
        found
            .into_iter()
            .filter(|at| {
                let resource = &self.list[*at];
                resource
                    .previous_ids()
                    .chain([resource.id()])
                    .any(|own| own.equals(id))
            })
            .collect()
    }

    /// Adds a resource whose identity must be new.
    pub(crate) fn append(&mut self, resource: Resource) -> Result<()> {
        let id = resource.id();
        let key = hash(id.key());
        let found = in_index(self.current_index(), key);
        let mut known = found.into_iter().map(|at| &self.list[at]);
        if let Some(known) = known.find(|known| known.id().equals(&id)) {
            return Err(duplicate(known, &resource));
        }
        let at = self.list.len() as u32;
        self.current_index().insert((key, at));
        if let Some(any) = &mut self.any {
            for id in resource.previous_ids().chain([resource.id()]) {
                any.insert((hash(id.key()), at));
            }
        }
        self.list.push(resource);
        Ok(())
    }

    /// As many calls of [`ResMap::append`] on an empty one.
    pub(crate) fn of(resources: Vec<Resource>) -> Result<Self> {
        let mut map = Self::default();
        *map.resources_mut() = resources;
        map.check_ids()?;
        Ok(map)
    }

    pub(crate) fn append_all(&mut self, other: Self) -> Result<()> {
        if self.list.is_empty() {
            *self = other;
            return self.check_ids();
        }
        other
            .list
            .into_iter()
            .try_for_each(|resource| self.append(resource))
    }

    /// Checks that all identities differ, as upstream does whenever it rebuilds
    /// its list: the first resource that has the identity of one before it is
    /// refused.
    pub(crate) fn check_ids(&mut self) -> Result<()> {
        let index = self.current_index();
        let equal: Vec<(u32, u32)> = index
            .iter()
            .zip(index.iter().skip(1))
            .filter(|((hash, _), (next, _))| hash == next)
            .map(|((_, at), (_, next))| (*next, *at))
            .collect();
        let same = equal.into_iter().filter_map(|(second, first)| {
            let (first, at) = (&self.list[first as usize], second);
            let second = &self.list[second as usize];
            first
                .id()
                .equals(&second.id())
                .then_some((at, first, second))
        });
        match same.min_by_key(|(at, _, _)| *at) {
            Some((_, first, second)) => Err(duplicate(first, second)),
            None => Ok(()),
        }
    }

    /// Adds a generated resource, or merges it with or puts it in the place of
    /// the one it is about.
    pub(crate) fn absorb(&mut self, mut resource: Resource, span: Span) -> Result<()> {
        let behavior = resource.state.behavior;
        let places = self.with_any_id(&resource.id());
        match (places.as_slice(), behavior) {
            ([], Behavior::Create) => return self.append(resource),
            ([], _) => {
                return Err(Failure::new(
                    &INVALID_GENERATOR,
                    format!(
                        "id {} does not exist; cannot merge or replace",
                        resource.id()
                    ),
                )
                .at(span)
                .help("namespace and name must be those of the resource to merge with"));
            }
            ([at], Behavior::Create) => {
                return Err(Failure::new(
                    &INVALID_GENERATOR,
                    format!(
                        "id {} exists; behavior must be merge or replace",
                        resource.id()
                    ),
                )
                .at(span)
                .label(self.list[*at].node.span(), "the one that is there"));
            }
            ([at], _) => {
                let old = &self.list[*at];
                resource.inherit(old);
                if behavior == Behavior::Merge {
                    resource.merge_data(old, "data");
                    resource.merge_data(old, "binaryData");
                    resource.keep_origin_of(old);
                }
                resource.serial = old.serial;
                let at = *at;
                self.resources_mut()[at] = resource;
            }
            _ => {
                return Err(Failure::new(
                    &INVALID_GENERATOR,
                    format!(
                        "found multiple objects that could accept merge of {}",
                        resource.id()
                    ),
                )
                .at(span));
            }
        }
        Ok(())
    }

    /// The places of the resources that a selector of patches chooses.
    pub(crate) fn select(&self, selector: &Selector) -> Result<Vec<usize>> {
        let matcher = Matcher::new(selector)?;
        Ok((0..self.list.len())
            .filter(|at| matcher.matches(&self.list[*at]))
            .collect())
    }

    /// Removes what patches left nothing of.
    pub(crate) fn drop_empty(&mut self) {
        if self.list.iter().any(Resource::is_empty) {
            self.resources_mut().retain(|resource| !resource.is_empty());
        }
    }
}

fn duplicate(first: &Resource, second: &Resource) -> Failure {
    Failure::new(
        &DUPLICATE_ID,
        format!(
            "may not add resource with an already registered id: {}",
            second.id()
        ),
    )
    .at(second.node.span())
    .label(first.node.span(), "the first one")
}

fn in_index(index: &Index, hash: u64) -> Vec<usize> {
    index
        .range((hash, 0)..=(hash, u32::MAX))
        .map(|(_, at)| *at as usize)
        .collect()
}

/// A selector whose expressions are compiled.
struct Matcher {
    group: Pattern,
    version: Pattern,
    kind: Pattern,
    name: Pattern,
    namespace: Pattern,
    labels: LabelSelector,
    annotations: LabelSelector,
}

impl Matcher {
    fn new(selector: &Selector) -> Result<Self> {
        let pattern = |text: &str| Pattern::anchored(text);
        let compile = || {
            Ok(Self {
                group: pattern(&selector.group)?,
                version: pattern(&selector.version)?,
                kind: pattern(&selector.kind)?,
                name: pattern(&selector.name)?,
                namespace: pattern(&selector.namespace)?,
                labels: LabelSelector::parse(&selector.label_selector)?,
                annotations: LabelSelector::parse(&selector.annotation_selector)?,
            })
        };
        compile().map_err(|message: String| {
            Failure::new(&crate::codes::PATCH, message).at(selector.span)
        })
    }

    fn matches(&self, resource: &Resource) -> bool {
        let current = resource.id();
        let gvk = current.gvk;
        if !self.kind.matches(gvk.kind)
            || !self.group.matches(gvk.group)
            || !self.version.matches(gvk.version)
        {
            return false;
        }
        let original = resource.original_id();
        let either = |pattern: &Pattern, a: &str, b: &str| pattern.matches(a) || pattern.matches(b);
        either(&self.name, original.name, current.name)
            && either(
                &self.namespace,
                original.effective_namespace(),
                current.effective_namespace(),
            )
            && matches_labels(&self.labels, resource, "labels")
            && matches_labels(&self.annotations, resource, "annotations")
    }
}

/// Whether labels or annotations of a resource fulfil a selector.
pub(crate) fn matches_labels(selector: &LabelSelector, resource: &Resource, field: &str) -> bool {
    if selector.is_empty() {
        return true;
    }
    let entries = resource.meta_map(field);
    selector.matches(|key| {
        entries
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, value)| *value)
    })
}

impl Resource {
    /// Takes over what a generated resource gets from the one it merges with or
    /// replaces: labels and annotations under its own, names, and what was
    /// remembered.
    fn inherit(&mut self, old: &Self) {
        for field in ["labels", "annotations"] {
            let mut merged = old.meta_entries(field);
            for entry in self.meta_entries(field) {
                match merged.iter_mut().find(|(key, _, _)| *key == entry.0) {
                    Some(known) => *known = entry,
                    None => merged.push(entry),
                }
            }
            self.set_meta_map(field, merged);
        }
        let needs_hash = self.state.needs_hash && old.state.needs_hash;
        self.state = old.state.clone();
        self.state.needs_hash = needs_hash;
        let mut writes = Writes::default();
        let span = old.node.span();
        let (name, namespace) = (old.name().to_owned(), old.namespace().to_owned());
        self.set_meta_text("name", &name, span, &mut writes);
        self.set_namespace(&namespace, span);
        self.var_names.clone_from(&old.var_names);
    }

    /// What merges with another resource keeps saying where that comes from.
    fn keep_origin_of(&mut self, old: &Self) {
        let Some(origin) = old.meta_entry("annotations", super::ORIGIN_ANNOTATION) else {
            return;
        };
        let mut entries = self.meta_entries("annotations");
        for (key, text, _) in &mut entries {
            if key == super::ORIGIN_ANNOTATION {
                origin.clone_into(text);
            }
        }
        self.set_meta_map("annotations", entries);
    }

    /// Labels or annotations with their places; of repeated keys the last.
    pub(crate) fn meta_entries(&self, field: &str) -> Vec<(String, String, Span)> {
        let Some(mapping) = super::meta_mapping(&self.node, field) else {
            return Vec::new();
        };
        let mut entries: Vec<(String, String, Span)> = Vec::new();
        for (key, value) in mapping.iter() {
            let entry = (
                tree::raw_value(key).to_owned(),
                tree::raw_value(value).to_owned(),
                value.span(),
            );
            match entries.iter_mut().find(|known| known.0 == entry.0) {
                Some(known) => *known = entry,
                None => entries.push(entry),
            }
        }
        entries
    }

    /// Puts the entries of the old map under the own ones.
    fn merge_data(&mut self, old: &Self, field: &str) {
        let entries = |node: &Node| -> Vec<(String, String, Span)> {
            let mapping = node.get(field).and_then(Node::as_mapping);
            mapping.map_or(Vec::new(), |mapping| {
                mapping
                    .iter()
                    .map(|(key, value)| {
                        let key = tree::value(key).to_owned();
                        (key, tree::value(value).to_owned(), value.span())
                    })
                    .collect()
            })
        };
        let mut merged = entries(&old.node);
        for entry in entries(&self.node) {
            match merged.iter_mut().find(|known| known.0 == entry.0) {
                Some(known) => *known = entry,
                None => merged.push(entry),
            }
        }
        let Some(root) = self.node.as_mapping_mut() else {
            return;
        };
        root.remove(field);
        if merged.is_empty() {
            return;
        }
        merged.sort_by(|a, b| a.0.cmp(&b.0));
        let mut mapping = Mapping::new();
        let span = merged[0].2;
        for (key, text, span) in merged {
            tree::push(
                &mut mapping,
                &key,
                crate::generators::data_value(text, span),
            );
        }
        tree::push(root, field, Node::mapping(mapping, span));
    }
}
