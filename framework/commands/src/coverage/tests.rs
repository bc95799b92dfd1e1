//! Random edits of layers, compiled for real, against a naive model of what is
//! exercised, and against the law that exercised means.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use terrace_promotion::coverage::{Class, Item, Report};
use terrace_source::MemoryTree;

use super::of_change;
use crate::compile::compile;

/// What a key or local is set to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Set {
    Literal(u8),
    /// `"${env.name}-N"`
    Name(u8),
    /// `env.size + N`
    Size(u8),
    /// `local.lN`
    Local(u8),
    /// `local.m[env.name]`: chosen by the environment.
    Chosen,
    /// `env.name == "apps" ? A : B`
    Either(u8, u8),
}

impl Set {
    fn text(&self) -> String {
        match self {
            Self::Literal(n) => n.to_string(),
            Self::Name(n) => format!("\"${{env.name}}-{n}\""),
            Self::Size(n) => format!("env.size + {n}"),
            Self::Local(n) => format!("local.l{n}"),
            Self::Chosen => String::from("local.m[env.name]"),
            Self::Either(a, b) => format!("env.name == \"apps\" ? {a} : {b}"),
        }
    }
}

const KEYS: usize = 4;
const LOCALS: usize = 2;

/// One layer: inputs and locals that it sets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Layer {
    keys: BTreeMap<usize, Set>,
    locals: BTreeMap<usize, u8>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct World {
    base: Layer,
    ops: Layer,
    apps: Layer,
    /// `local.m`, and `env.size` of ops and apps.
    map: (u8, u8),
    size: (u8, u8),
}

impl World {
    fn tree(&self) -> MemoryTree {
        let mut files = vec![
            (
                String::from("terrace.hcl"),
                format!(
                    "platform \"acme\" {{}}\n\
                     environment \"ops\" {{\n  entry = true\n  layers = [\"base\", \"ops\"]\n  size = {}\n}}\n\
                     environment \"apps\" {{\n  layers = [\"base\", \"apps\"]\n  size = {}\n}}\n\
                     promotion \"ops\" \"apps\" {{\n  gates = [gate.plan_clean]\n  coverage {{}}\n}}\n",
                    self.size.0, self.size.1
                ),
            ),
            (
                String::from("modules/thing/main.tf"),
                (0..KEYS)
                    .map(|key| format!("variable \"k{key}\" {{\n  default = null\n}}\n"))
                    .collect(),
            ),
            (
                String::from("base/map.hcl"),
                format!(
                    "locals {{\n  m = {{\n    ops = {}\n    apps = {}\n  }}\n}}\n",
                    self.map.0, self.map.1
                ),
            ),
        ];
        for (name, layer) in [
            ("base", &self.base),
            ("ops", &self.ops),
            ("apps", &self.apps),
        ] {
            let source = match name {
                "base" => "  source = \"./modules/thing\"\n",
                _ => "",
            };
            let mut text = format!("terraform \"thing\" {{\n{source}  inputs = {{\n");
            for key in 0..KEYS {
                // A line for each key, so that places do not depend on each other.
                let set = layer.keys.get(&key);
                let line = set.map_or(String::new(), |set| format!("k{key} = {}", set.text()));
                text.push_str(&format!("    {line}\n"));
            }
            text.push_str("  }\n}\nlocals {\n");
            for local in 0..LOCALS {
                let set = layer.locals.get(&local);
                let set = set.or((name == "base").then_some(&0));
                let line = set.map_or(String::new(), |n| format!("l{local} = {n}"));
                text.push_str(&format!("  {line}\n"));
            }
            text.push_str("}\n");
            files.push((format!("{name}/thing.hcl"), text));
        }
        let files = files
            .into_iter()
            .map(|(path, text)| (path, Arc::from(text.into_bytes()), false));
        MemoryTree::with_modes(files.collect::<Vec<_>>(), Vec::new())
    }

    /// The rendered `main.tf` of an environment without its comments.
    fn render(&self, env: &str) -> String {
        let (compiled, messages) = compile(&self.tree(), &[env.to_owned()]);
        let compiled = compiled.filter(|_| !messages.has_errors());
        let environments = compiled.expect("it compiles").environments;
        let files = environments
            .iter()
            .flat_map(|e| &e.folders)
            .flat_map(|f| &f.files);
        let main = files.clone().find(|file| file.path == "main.tf");
        let text = String::from_utf8_lossy(&main.expect("a main.tf").bytes).into_owned();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn report(before: &Self, after: &Self) -> Report {
        let tree = after.tree();
        let (compiled, _) = compile(&tree, &[]);
        let config = compiled.expect("it compiles").config;
        let wanted = BTreeSet::from([String::from("thing")]);
        let found = of_change(&before.tree(), &tree, &config, &[], &wanted);
        found
            .into_iter()
            .next()
            .map_or_else(Report::default, |(.., report)| report)
    }

    /// Everything that is written and that ops does not read, as it was before.
    /// What is written no more stays away: the value that shows up instead has a
    /// place of its own.
    fn without_what_ops_does_not_read(&self, before: &Self) -> Self {
        let mut out = self.clone();
        for key in self.apps.keys.keys() {
            put(&mut out.apps.keys, *key, before.apps.keys.get(key));
        }
        for local in self.apps.locals.keys() {
            put(&mut out.apps.locals, *local, before.apps.locals.get(local));
        }
        out.size.1 = before.size.1;
        out.map.1 = before.map.1;
        for key in 0..KEYS {
            if self.ops.keys.contains_key(&key) {
                put(&mut out.base.keys, key, before.base.keys.get(&key));
            }
        }
        for local in 0..LOCALS {
            if self.ops.locals.contains_key(&local) {
                put(&mut out.base.locals, local, before.base.locals.get(&local));
            }
        }
        out
    }
}

fn put<T: Clone>(map: &mut BTreeMap<usize, T>, key: usize, value: Option<&T>) {
    match value {
        Some(value) => _ = map.insert(key, value.clone()),
        None => _ = map.remove(&key),
    }
}

fn set() -> impl Strategy<Value = Set> {
    prop_oneof![
        4 => (0..4_u8).prop_map(Set::Literal),
        1 => (0..3_u8).prop_map(Set::Name),
        1 => (0..3_u8).prop_map(Set::Size),
        2 => (0..LOCALS as u8).prop_map(Set::Local),
        1 => Just(Set::Chosen),
        1 => (0..3_u8, 0..3_u8).prop_map(|(a, b)| Set::Either(a, b)),
    ]
}

fn layer(most: usize) -> impl Strategy<Value = Layer> {
    let keys = proptest::collection::btree_map(0..KEYS, set(), 0..=most);
    let locals = proptest::collection::btree_map(0..LOCALS, 0..4_u8, 0..=1);
    (keys, locals).prop_map(|(keys, locals)| Layer { keys, locals })
}

fn world() -> impl Strategy<Value = World> {
    let pair = || (0..3_u8, 0..3_u8);
    (layer(KEYS), layer(2), layer(2), pair(), pair()).prop_map(|(base, ops, apps, map, size)| {
        World {
            base,
            ops,
            apps,
            map,
            size,
        }
    })
}

/// A few edits of a world.
fn edited() -> impl Strategy<Value = (World, World)> {
    let edits = proptest::collection::vec(
        (0..6_u8, 0..KEYS, proptest::option::of(set()), 0..3_u8),
        1..4,
    );
    (world(), edits).prop_map(|(before, edits)| {
        let mut after = before.clone();
        for (what, key, set, number) in edits {
            match what {
                0 | 1 => put(&mut after.base.keys, key, set.as_ref()),
                2 => put(&mut after.apps.keys, key, set.as_ref()),
                3 => put(&mut after.base.locals, key % LOCALS, Some(&number)),
                4 => after.map.1 = number,
                _ => after.size.1 = number,
            }
        }
        (before, after)
    })
}

fn find(report: &Report, key: usize) -> Option<&Item> {
    let path = format!("k{key}");
    report.items.iter().find(|item| item.name.path == path)
}

/// What a key is in an environment, and the layer it comes from; only literals.
fn literal<'w>(world: &'w World, layer: &'w Layer, key: usize) -> Option<(u8, bool)> {
    let own = layer.keys.get(&key).map(|set| (set, true));
    match own.or(world.base.keys.get(&key).map(|set| (set, false)))? {
        (Set::Literal(number), own) => Some((*number, own)),
        _ => None,
    }
}

fn all_literal(world: &World, key: usize) -> bool {
    [&world.base, &world.ops, &world.apps]
        .iter()
        .filter_map(|layer| layer.keys.get(&key))
        .all(|set| matches!(set, Set::Literal(_)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every changed line of the target's render is in the report, and nothing else.
    #[test]
    fn the_report_is_about_what_changes((before, after) in edited()) {
        let report = World::report(&before, &after);
        let changes = before.render("apps") != after.render("apps");
        prop_assert_eq!(!report.items.is_empty(), changes);
    }

    /// For literals the classes are what anyone would say who reads the layers.
    #[test]
    fn literals_are_classified_as_a_reader_would((before, after) in edited()) {
        let report = World::report(&before, &after);
        let idle = before.render("ops") == after.render("ops");
        for key in (0..KEYS).filter(|key| all_literal(&before, *key) && all_literal(&after, *key)) {
            let (was, is) = (literal(&before, &before.apps, key), literal(&after, &after.apps, key));
            let found = find(&report, key).map(|item| item.class);
            let expected = match (was.map(|was| was.0), is) {
                (was, is) if was == is.map(|is| is.0) => None,
                // Gone: does ops run without it, too?
                (_, None) => Some(match literal(&after, &after.ops, key) {
                    Some(_) => Class::Masked,
                    None if idle => Class::Idle,
                    None => Class::Exercised,
                }),
                (_, Some((_, true))) => Some(Class::TargetOnly),
                (_, Some((_, false))) if after.ops.keys.contains_key(&key) => Some(Class::Masked),
                (_, Some((_, false))) if idle => Some(Class::Idle),
                (_, Some((_, false))) => Some(Class::Exercised),
            };
            prop_assert_eq!(found, expected, "k{} {:?}", key, report);
        }
    }

    /// The law: where every changed leaf is exercised, the target's change is a
    /// function of what the source's render also reads. Undoing everything else
    /// changes nothing.
    #[test]
    fn exercised_changes_come_from_what_the_source_reads((before, after) in edited()) {
        let report = World::report(&before, &after);
        if report.open().next().is_none() {
            let undone = after.without_what_ops_does_not_read(&before).render("apps");
            let (was, ops) = (before.render("apps"), after.render("ops"));
            let now = after.render("apps");
            for line in now.lines().filter(|line| !was.lines().any(|old| old == *line)) {
                let same = undone.lines().any(|other| other == line);
                // Or it is what ops runs with.
                prop_assert!(same || ops.lines().any(|other| other == line), "{line} {report:?}");
            }
        }
    }
}

/// A base of manifests, and an overlay for each environment with its own namespace
/// and prefix.
fn manifests(image: &str, replicas: u8, settings: &str, ops: &str, apps: &str) -> MemoryTree {
    let overlay = |env: &str, patch: &str| {
        format!(
            "resources:\n- ../../bases/web\nnamespace: {env}-web\nnamePrefix: {env}-\npatches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata:\n      name: web\n      labels:\n        env: {env}\n{patch}"
        )
    };
    let files = [
        (
            "terrace.hcl",
            String::from(
                "platform \"acme\" {}\nenvironment \"ops\" {\n  entry = true\n  layers = [\"ops\"]\n}\nenvironment \"apps\" {\n  layers = [\"apps\"]\n}\npromotion \"ops\" \"apps\" {\n  gates = [gate.plan_clean]\n  unobserved = [kustomize.web]\n}\n",
            ),
        ),
        ("ops/web/kustomization.yaml", overlay("ops", ops)),
        ("apps/web/kustomization.yaml", overlay("apps", apps)),
        (
            "bases/web/kustomization.yaml",
            format!(
                "resources:\n- web.yaml\nconfigMapGenerator:\n- name: settings\n  literals:\n  - mode={settings}\n"
            ),
        ),
        (
            "bases/web/web.yaml",
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: {replicas}\n  template:\n    spec:\n      containers:\n      - name: web\n        image: {image}\n        envFrom:\n        - configMapRef:\n            name: settings\n"
            ),
        ),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), Arc::from(text.into_bytes()), false));
    MemoryTree::with_modes(files.to_vec(), Vec::new())
}

#[test]
fn fields_of_manifests_are_held_against_the_same_document_elsewhere() {
    let masks = "    spec:\n      replicas: 1\n";
    let before = manifests("web:1", 3, "a", masks, "");
    let after = manifests("web:2", 5, "b", masks, "");
    let (compiled, messages) = compile(&after, &[]);
    assert!(!messages.has_errors(), "{:?}", messages.diagnostics);
    let config = compiled.expect("it compiles").config;
    let wanted = BTreeSet::from([String::from("web")]);
    let found = of_change(&before, &after, &config, &[], &wanted);
    let (.., report) = found.first().expect("a report");
    let shown: Vec<String> = report.items.iter().map(ToString::to_string).collect();
    // The names of generated maps follow from their data, and are no change of their own.
    assert_eq!(
        shown,
        [
            "web .\"ConfigMap/apps-web/apps-settings\".data.mode bases/web/kustomization.yaml:6 exercised",
            "web .\"Deployment/apps-web/apps-web\".spec.replicas bases/web/web.yaml:6 masked by ops/web/kustomization.yaml:14",
            "web .\"Deployment/apps-web/apps-web\".spec.template.spec.containers.web.image bases/web/web.yaml:11 exercised",
        ]
    );
}

#[test]
fn a_patch_of_one_environment_is_that_ones_alone() {
    let before = manifests("web:1", 3, "a", "", "");
    let after = manifests("web:1", 3, "a", "", "    spec:\n      replicas: 9\n");
    let config = compile(&after, &[]).0.expect("it compiles").config;
    let wanted = BTreeSet::from([String::from("web")]);
    let found = of_change(&before, &after, &config, &[], &wanted);
    let (.., report) = found.first().expect("a report");
    assert_eq!(report.items.len(), 1, "{report:?}");
    assert_eq!(report.items[0].class, Class::TargetOnly);
    assert_eq!(report.items[0].place, "apps/web/kustomization.yaml:14");
}

/// One input that an expression of base sets, and what the layers and environments
/// say of what it reads.
fn reads(local: u8, ops_local: bool, size: u8) -> MemoryTree {
    let files = [
        (
            "terrace.hcl",
            format!(
                "platform \"acme\" {{}}\nenvironment \"ops\" {{\n  entry = true\n  layers = [\"base\", \"ops\"]\n  size = 1\n}}\nenvironment \"apps\" {{\n  layers = [\"base\"]\n  size = {size}\n}}\npromotion \"ops\" \"apps\" {{\n  gates = [gate.plan_clean]\n}}\n"
            ),
        ),
        (
            "base/thing.hcl",
            format!(
                "terraform \"thing\" {{\n  source = \"./modules/thing\"\n  inputs = {{\n    k = \"${{env.name}}-${{local.max}}-${{env.size}}\"\n  }}\n}}\nlocals {{\n  max = {local}\n}}\n"
            ),
        ),
        (
            "ops/thing.hcl",
            match ops_local {
                true => String::from("locals {\n  max = 1\n}\n"),
                false => String::new(),
            },
        ),
        (
            "modules/thing/main.tf",
            String::from("variable \"k\" {\n  type = string\n}\n"),
        ),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), Arc::from(text.into_bytes()), false));
    MemoryTree::with_modes(files.to_vec(), Vec::new())
}

#[test]
fn what_an_expression_reads_decides_and_is_cited() {
    let cases = [
        // Both environments read the local: one expression, two values.
        (
            reads(2, false, 5),
            reads(3, false, 5),
            "base/thing.hcl:4 exercised",
        ),
        (
            reads(2, true, 5),
            reads(3, true, 5),
            "base/thing.hcl:8 (local.max) masked by ops/thing.hcl:2",
        ),
        // An attribute of the environment is that one's alone.
        (
            reads(2, false, 5),
            reads(2, false, 6),
            "terrace.hcl:9 (env.size) masked by terrace.hcl:5",
        ),
    ];
    for (before, after, expected) in cases {
        let config = compile(&after, &[]).0.expect("it compiles").config;
        let wanted = BTreeSet::from([String::from("thing")]);
        let found = of_change(&before, &after, &config, &[], &wanted);
        let (.., report) = found.first().expect("a report");
        let shown: Vec<String> = report.items.iter().map(ToString::to_string).collect();
        assert_eq!(shown, [format!("thing .k {expected}")]);
    }
}
