//! Fields that hold names follow the resources they name
//! (`namereferencetransformer.go`, `api/filters/nameref`).

use std::collections::{BTreeMap, BTreeSet};

use terrace_diag::Span;
use terrace_yaml::{Content, Mapping, Node};

use crate::codes::{AMBIGUOUS_REFERENCE, TRANSFORMER};
use crate::config::NameReference;
use crate::field_path;
use crate::field_spec::{self, Action, Target};
use crate::resource::id::{Gvk, NO_NAMESPACE};
use crate::resource::map::ResMap;
use crate::resource::{BuildState, Resource};
use crate::tree::{self, Writes};
use crate::{Failure, Result};

/// Updates all fields that refer by name to a resource whose name changed.
pub(crate) fn fix_name_references(map: &mut ResMap, references: &[NameReference]) -> Result<()> {
    let candidates = Candidates::new(map.resources());
    let fields: Vec<Field<'_>> = references
        .iter()
        .flat_map(|reference| {
            reference.referrers.iter().map(|spec| Field {
                target: Target::new(spec),
                wanted: reference.gvk(),
                is_role_ref: spec.path.ends_with("roleRef/name"),
            })
        })
        .collect();
    let kinds: BTreeSet<Gvk<'_>> = map
        .resources()
        .iter()
        .map(|resource| resource.original_id().gvk)
        .collect();
    let kinds: Vec<OfKind> = kinds
        .iter()
        .map(|gvk| OfKind {
            group: gvk.group.into(),
            version: gvk.version.into(),
            kind: gvk.kind.into(),
            paths: PathTree::new(&fields, gvk),
        })
        .collect();
    map.for_each_content(|resource| {
        let gvk = resource.original_id().gvk;
        let at = kinds.binary_search_by(|one| one.gvk().cmp(&gvk));
        let mut reached = Vec::new();
        if let Ok(at) = at {
            kinds[at].paths.reach(&resource.node, &mut reached);
        }
        if reached.is_empty() {
            return Ok(());
        }
        // The order of the configuration, not of the document.
        reached.sort_unstable();
        reached.dedup();
        update(resource, &candidates, &fields, &reached)
    })
}

/// The fields that resources of one kind may have.
struct OfKind {
    group: Box<str>,
    version: Box<str>,
    kind: Box<str>,
    paths: PathTree,
}

impl OfKind {
    fn gvk(&self) -> Gvk<'_> {
        Gvk {
            group: &self.group,
            version: &self.version,
            kind: &self.kind,
        }
    }
}

/// The paths of many fields, so that what they have in common is walked once to
/// find out which of them a document has at all.
#[derive(Default)]
struct PathTree {
    /// Fields that end here.
    fields: Vec<usize>,
    inner: Vec<Branch>,
}

/// One part of paths, and what comes behind it.
struct Branch {
    name: String,
    /// Whether it is no name of a field, which ends a build.
    is_odd: bool,
    tree: PathTree,
}

impl PathTree {
    /// The paths of the fields that a kind has.
    fn new(fields: &[Field<'_>], gvk: &Gvk<'_>) -> Self {
        let mut paths = Self::default();
        for (at, field) in fields.iter().enumerate() {
            if field_spec::selects(&field.target.spec, gvk) {
                paths.insert(field.target.parts(), at);
            }
        }
        paths
    }

    fn insert(&mut self, parts: &[String], field: usize) {
        let Some((part, rest)) = parts.split_first() else {
            self.fields.push(field);
            return;
        };
        let part = part.strip_suffix("[]").unwrap_or(part).trim();
        let at = self.inner.iter().position(|branch| branch.name == part);
        let at = at.unwrap_or_else(|| {
            self.inner.push(Branch {
                name: part.to_owned(),
                is_odd: part.is_empty() || field_path::expect_field(part).is_err(),
                tree: Self::default(),
            });
            self.inner.len() - 1
        });
        self.inner[at].tree.insert(rest, field);
    }

    /// Adds the fields that the document has, and those that cannot be reached
    /// because a scalar stands in the way: they are errors.
    fn reach(&self, node: &Node, reached: &mut Vec<usize>) {
        reached.extend(&self.fields);
        self.reach_inner(node, reached);
    }

    fn reach_inner(&self, node: &Node, reached: &mut Vec<usize>) {
        if self.inner.is_empty() || tree::is_null(node) {
            return;
        }
        match node.content() {
            Content::Scalar(_) => self
                .inner
                .iter()
                .for_each(|branch| branch.tree.all(reached)),
            Content::Sequence(items) => {
                items
                    .iter()
                    .for_each(|item| self.reach_inner(item, reached));
            }
            Content::Mapping(mapping) => {
                for branch in &self.inner {
                    if branch.is_odd {
                        branch.tree.all(reached);
                    } else if let Some(field) = mapping.get(&branch.name) {
                        branch.tree.reach(field, reached);
                    }
                }
            }
        }
    }

    fn all(&self, reached: &mut Vec<usize>) {
        reached.extend(&self.fields);
        self.inner
            .iter()
            .for_each(|branch| branch.tree.all(reached));
    }
}

/// A field that holds names of some kind.
struct Field<'a> {
    target: Target,
    wanted: Gvk<'a>,
    is_role_ref: bool,
}

/// What is needed to know of a resource that may be referred to.
struct Candidate {
    name: String,
    /// As written; may be empty.
    namespace: String,
    effective_namespace: String,
    original_namespace: String,
    is_cluster_scoped: bool,
    is_service_account: bool,
    group: String,
    version: String,
    kind: String,
    previous_kinds: Vec<Box<str>>,
    affixes: Affixes,
    span: Span,
}

impl Candidate {
    fn new(resource: &Resource) -> Self {
        let id = resource.id();
        Self {
            name: id.name.into(),
            namespace: id.namespace.into(),
            effective_namespace: id.effective_namespace().into(),
            original_namespace: resource.original_id().effective_namespace().into(),
            is_cluster_scoped: id.cluster_scoped,
            is_service_account: id.gvk.kind == "ServiceAccount",
            group: id.gvk.group.into(),
            version: id.gvk.version.into(),
            kind: id.gvk.kind.into(),
            previous_kinds: resource
                .state
                .previous
                .iter()
                .map(|previous| previous.kind.clone())
                .collect(),
            affixes: Affixes::of(&resource.state),
            span: resource.node.span(),
        }
    }

    /// Whether it had a kind that the selector selects.
    fn had_kind(&self, selector: &Gvk<'_>) -> bool {
        self.previous_kinds.iter().any(|kind| {
            Gvk {
                group: &self.group,
                version: &self.version,
                kind,
            }
            .is_selected_by(selector)
        })
    }
}

/// The resources that had other names.
struct Candidates {
    list: Vec<Candidate>,
    by_previous_name: BTreeMap<Box<str>, Vec<usize>>,
    /// For each namespace that resources had first: where they are now, as the
    /// effective namespace and the one that is written.
    namespaces: BTreeMap<String, BTreeSet<(String, String)>>,
}

impl Candidates {
    fn new(resources: &[Resource]) -> Self {
        let mut list = Vec::new();
        let mut by_previous_name: BTreeMap<Box<str>, Vec<usize>> = BTreeMap::new();
        let mut namespaces: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
        for resource in resources {
            let original = resource.original_id().effective_namespace();
            if original != NO_NAMESPACE {
                let id = resource.id();
                let now = (id.effective_namespace().into(), id.namespace.into());
                namespaces.entry(original.into()).or_default().insert(now);
            }
            if resource.state.previous.is_empty() {
                continue;
            }
            for previous in &resource.state.previous {
                let places = by_previous_name.entry(previous.name.clone()).or_default();
                if places.last() != Some(&list.len()) {
                    places.push(list.len());
                }
            }
            list.push(Candidate::new(resource));
        }
        Self {
            list,
            by_previous_name,
            namespaces,
        }
    }
}

/// What the referrer is, before it is changed.
struct Referrer<'a> {
    candidates: &'a Candidates,
    is_cluster_scoped: bool,
    effective_namespace: String,
    /// Namespaces of the service accounts that a role binding is about.
    subject_namespaces: BTreeSet<String>,
    /// Group and kind of the role of a role binding.
    role: Option<(String, String)>,
    affixes: Affixes,
}

fn update(
    resource: &mut Resource,
    candidates: &Candidates,
    fields: &[Field<'_>],
    chosen: &[usize],
) -> Result<()> {
    let id = resource.id();
    let referrer = Referrer {
        candidates,
        is_cluster_scoped: id.cluster_scoped,
        effective_namespace: id.effective_namespace().into(),
        subject_namespaces: subject_namespaces(resource)?,
        role: role(&resource.node),
        affixes: Affixes::of(&resource.state),
    };
    for at in chosen {
        let field = &fields[*at];
        let mut ambiguous = None;
        let mut set = |node: &mut Node, writes: &mut Writes| {
            let mut search = Search {
                referrer: &referrer,
                field,
                ambiguous: &mut ambiguous,
            };
            search.set(node, writes)
        };
        let mut action = Action {
            create: None,
            span: terrace_yaml::NO_SPAN,
            set: &mut set,
        };
        let result = field_spec::apply_to_any(resource, &field.target, &mut action);
        if let Err(failure) = result {
            let failure = failure.context(format!(
                "updating name reference in '{}' field of '{}'",
                field.target.spec.path,
                resource.id()
            ));
            let Some(places) = ambiguous else {
                return Err(failure);
            };
            let failure = failure.code(&AMBIGUOUS_REFERENCE);
            return Err(places.into_iter().fold(failure, |failure, span| {
                failure.label(span, "a possible referral")
            }));
        }
    }
    Ok(())
}

fn subject_namespaces(resource: &Resource) -> Result<BTreeSet<String>> {
    let mut namespaces = BTreeSet::new();
    if resource.kind() != "RoleBinding" {
        return Ok(namespaces);
    }
    let subjects = resource.node.get("subjects").and_then(Node::items);
    for subject in subjects.unwrap_or_default() {
        let Some(namespace) = subject.get("namespace") else {
            continue;
        };
        if subject.get("kind").map(tree::raw_value) != Some("ServiceAccount") {
            continue;
        }
        if !tree::is_string(namespace) {
            return Err(Failure::new(
                &TRANSFORMER,
                format!(
                    "Invalid Input: namespace is blank for resource \"{}\"",
                    resource.id()
                ),
            )
            .at(namespace.span()));
        }
        namespaces.insert(tree::raw_value(namespace).to_owned());
    }
    Ok(namespaces)
}

fn role(node: &Node) -> Option<(String, String)> {
    let role = node.get("roleRef")?;
    let text = |field: &str| Some(tree::raw_value(role.get(field)?).to_owned());
    Some((text("apiGroup")?, text("kind")?))
}

impl Referrer<'_> {
    /// Whether a resource of these namespaces can be referred to at all.
    fn reaches(&self, effective: &str, written: &str) -> bool {
        self.is_cluster_scoped
            || effective == NO_NAMESPACE
            || effective == self.effective_namespace
            || self.subject_namespaces.contains(written)
    }
}

struct Search<'a, 'f> {
    referrer: &'a Referrer<'a>,
    field: &'a Field<'f>,
    /// The candidates between which there is no choice.
    ambiguous: &'a mut Option<Vec<Span>>,
}

impl<'a> Search<'a, '_> {
    fn set(&mut self, node: &mut Node, writes: &mut Writes) -> Result<(), String> {
        if tree::is_null(node) {
            return Ok(());
        }
        match node.content_mut() {
            Content::Scalar(_) => self.set_scalar(node, writes),
            Content::Mapping(mapping) => self.set_mapping(mapping, writes),
            Content::Sequence(items) => {
                for item in items {
                    if tree::is_null(item) {
                        continue;
                    }
                    match item.content_mut() {
                        Content::Scalar(_) => self.set_scalar(item, writes)?,
                        Content::Mapping(mapping) => self.set_mapping(mapping, writes)?,
                        Content::Sequence(_) => {
                            return Err(
                                "a list item is expected to be either a string or a map of string"
                                    .into(),
                            );
                        }
                    }
                }
                Ok(())
            }
        }
    }

    fn set_scalar(&mut self, node: &mut Node, writes: &mut Writes) -> Result<(), String> {
        let old = tree::raw_value(node);
        let Some(referral) = self.find(old, None, |a, b| a.name == b.name)? else {
            return Ok(());
        };
        if referral.name != old {
            let new = tree::untagged(referral.name.as_str(), node.span());
            tree::overwrite(node, new, writes);
        }
        Ok(())
    }

    fn set_mapping(&mut self, mapping: &mut Mapping, writes: &mut Writes) -> Result<(), String> {
        let Some(name) = mapping.get("name") else {
            return Err("path config error; no 'name' field in node".into());
        };
        let old = tree::raw_value(name);
        let namespace = mapping.get("namespace").map(tree::raw_value);
        let same = |a: &Candidate, b: &Candidate| a.name == b.name && a.namespace == b.namespace;
        let Some(referral) = self.find(old, namespace, same)? else {
            return Ok(());
        };
        if referral.name == old && referral.namespace.is_empty() {
            return Ok(());
        }
        let span = name.span();
        let new = tree::untagged(referral.name.as_str(), span);
        tree::set_field(mapping, "name", new, writes);
        if !referral.namespace.is_empty() {
            let new = tree::untagged(referral.namespace.as_str(), span);
            tree::set_field(mapping, "namespace", new, writes);
        }
        Ok(())
    }

    /// The resource that had this name and is meant by the field.
    fn find(
        &mut self,
        name: &str,
        namespace: Option<&str>,
        is_same: impl Fn(&Candidate, &Candidate) -> bool,
    ) -> Result<Option<&'a Candidate>, String> {
        let referrer = self.referrer;
        let all = referrer.candidates;
        let Some(places) = all.by_previous_name.get(name) else {
            return Ok(None);
        };
        // A namespace that is written chooses by the namespaces that resources
        // had first, if any in reach had that one, else by those they have.
        let by_original = namespace.is_some_and(|namespace| {
            all.namespaces.get(namespace).is_some_and(|now| {
                now.iter()
                    .any(|(effective, written)| referrer.reaches(effective, written))
            })
        });
        let role = referrer.role.as_ref().filter(|_| self.field.is_role_ref);
        let mut found: Vec<&Candidate> = places
            .iter()
            .map(|at| &all.list[*at])
            .filter(|one| {
                referrer.reaches(&one.effective_namespace, &one.namespace)
                    && namespace.is_none_or(|namespace| {
                        let own = if by_original {
                            &one.original_namespace
                        } else {
                            &one.effective_namespace
                        };
                        own == namespace && own != NO_NAMESPACE
                    })
                    && one.had_kind(&self.field.wanted)
                    && role.is_none_or(|(group, kind)| {
                        one.had_kind(&Gvk {
                            group,
                            version: "",
                            kind,
                        })
                    })
                    && (referrer.is_cluster_scoped
                        || one.is_cluster_scoped
                        || one.is_service_account
                        || one.effective_namespace == referrer.effective_namespace)
            })
            .collect();
        if found.len() > 1 {
            found.retain(|one| one.affixes.same(&referrer.affixes, true));
            if found.len() > 1 {
                found.retain(|one| one.affixes.same(&referrer.affixes, false));
            }
        }
        match found.as_slice() {
            [] => Ok(None),
            [first, rest @ ..] if rest.iter().all(|one| is_same(first, one)) => Ok(Some(first)),
            _ => {
                *self.ambiguous = Some(found.iter().map(|one| one.span).collect());
                let ids: Vec<String> = found
                    .iter()
                    .map(|one| {
                        let gvk = Gvk {
                            group: &one.group,
                            version: &one.version,
                            kind: &one.kind,
                        };
                        format!("{gvk}/{}.{}", one.name, one.namespace)
                    })
                    .collect();
                Err(format!(
                    "found multiple possible referrals: {}",
                    ids.join(", ")
                ))
            }
        }
    }
}

/// The prefixes and suffixes that a resource went through.
struct Affixes {
    prefixes: Vec<Box<str>>,
    suffixes: Vec<Box<str>>,
}

impl Affixes {
    fn of(state: &BuildState) -> Self {
        Self {
            prefixes: state.prefixes.clone(),
            suffixes: state.suffixes.clone(),
        }
    }

    /// Whether both went through the same ones last.
    fn same(&self, other: &Self, allow_empty: bool) -> bool {
        let same = |a: &[Box<str>], b: &[Box<str>]| {
            if allow_empty && (a.is_empty() || b.is_empty()) {
                return true;
            }
            let (short, long) = if a.len() > b.len() { (b, a) } else { (a, b) };
            if short.is_empty() {
                return long.is_empty();
            }
            long.ends_with(short)
        };
        same(&self.prefixes, &other.prefixes) && same(&self.suffixes, &other.suffixes)
    }
}
