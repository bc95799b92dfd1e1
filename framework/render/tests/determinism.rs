//! The same bytes from every order of a folder's entries and any number of
//! threads: the starter, and a generated platform of some size.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use terrace_diag::{Diagnostics, SourceMap};
use terrace_eval::Context;
use terrace_eval::files::NoFiles;
use terrace_platform::Program;
use terrace_render::{Assets, LockFile};
use terrace_source::{Entry, MemoryTree, ReadError, Tree};

/// A tree whose folders list their entries in another order.
struct Shuffled {
    tree: MemoryTree,
    seed: u64,
}

impl Tree for Shuffled {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        self.tree.read(path)
    }

    fn list(&self, folder: &str) -> Option<Arc<[Entry]>> {
        let mut entries = self.tree.list(folder)?.to_vec();
        let mut state = self.seed | 1;
        for at in (1..entries.len()).rev() {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            entries.swap(at, (state >> 33) as usize % (at + 1));
        }
        Some(entries.into())
    }

    fn kind(&self, path: &str) -> Option<terrace_source::EntryKind> {
        self.tree.kind(path)
    }
}

type Rendered = BTreeMap<String, Vec<u8>>;

fn render(tree: &dyn Tree, threads: usize) -> (Rendered, Vec<String>) {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("threads");
    pool.install(|| {
        let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
        let program = Program::load(tree, &mut sources, &mut diagnostics).expect("a platform");
        let layered = program.definitions(&mut diagnostics);
        let assets = Assets::new(&program.modules, LockFile::default());
        let environments: Vec<_> = program
            .config
            .environments
            .par_iter()
            .map(|environment| {
                let context = Context::new(&NoFiles);
                let (compiled, mut found) =
                    terrace_platform::compile(&program, &layered, environment, &sources, &context);
                let (rendered, more, kustomize) = terrace_render::render(&compiled, &assets, tree);
                found.extend(more);
                found.extend(kustomize.into_iter().flat_map(|(_, found)| found));
                (rendered, found)
            })
            .collect();
        let mut files = Rendered::new();
        for (environment, found) in environments {
            diagnostics.extend(found);
            for folder in environment.folders {
                let path = format!("{}/{}", environment.name, folder.name);
                for file in folder.files {
                    files.insert(format!("{path}/{}", file.path), file.bytes.to_vec());
                }
                files.insert(format!("{path}/SHA256SUMS"), folder.sums.into_bytes());
            }
        }
        let messages = diagnostics.into_iter();
        let messages = messages.map(|found| found.message).collect();
        (files, messages)
    })
}

fn always_the_same(files: Vec<(String, Vec<u8>)>, at_least: usize) {
    let tree = || MemoryTree::new(files.iter().cloned());
    let (expected, messages) = render(&tree(), 1);
    assert_eq!(messages, [] as [&str; 0]);
    assert!(expected.len() >= at_least, "{} files", expected.len());
    for (seed, threads) in [(1, 1), (2, 2), (3, 5), (4, 16)] {
        let (rendered, messages) = render(&Shuffled { tree: tree(), seed }, threads);
        assert_eq!(messages, [] as [&str; 0]);
        for (path, bytes) in &expected {
            let (expected, found) = (Some(bytes), rendered.get(path));
            assert!(found == expected, "{path} differs with {threads} threads");
        }
        assert_eq!(rendered.len(), expected.len());
    }
}

#[test]
fn the_local_starter() {
    let starter = terrace_scaffold::starter("local").expect("the local starter");
    let files = terrace_scaffold::scaffold(starter, &terrace_scaffold::Answers::default())
        .expect("its files");
    let files = files.into_iter();
    always_the_same(
        files
            .map(|file| (file.path, file.bytes.into_owned()))
            .collect(),
        30,
    );
}

#[test]
fn a_generated_platform() {
    let mut files = vec![(
        String::from("modules/unit/main.tf"),
        String::from(
            "variable \"name\" {\n  type = string\n}\n\nvariable \"tags\" {\n  type    = map(string)\n  \
             default = {}\n}\n\nvariable \"after\" {\n  type    = list(string)\n  default = []\n}\n\n\
             output \"id\" {\n  value = var.name\n}\n",
        ),
    )];
    let mut config = String::from(
        "platform \"acme\" {\n}\n\nbackend \"local\" {\n  path = \"../../../state/${env.name}/${state.name}\"\n}\n",
    );
    for environment in 0..8 {
        config.push_str(&format!(
            "\nenvironment \"env{environment}\" {{\n  entry  = true\n  layers = [\"base\", \"tier/{}\", \"env/{environment}\"]\n}}\n",
            environment % 2
        ));
        let text =
            format!("locals {{\n  size = {environment}\n  tags = {{ env = env.name }}\n}}\n");
        files.push((format!("env/{environment}/locals.hcl"), text));
    }
    for tier in 0..2 {
        for unit in (tier..24).step_by(3) {
            let text = format!(
                "terraform \"unit{unit}\" {{\n  inputs = {{\n    tags = {{ tier = \"{tier}\" }}\n  }}\n}}\n"
            );
            files.push((format!("tier/{tier}/unit{unit}.hcl"), text));
        }
    }
    files.push((
        "base/locals.hcl".into(),
        "locals {\n  size = 1\n  tags = {}\n}\n".into(),
    ));
    for unit in 0..24 {
        let after: Vec<String> = (1..4)
            .filter(|step| unit >= step * 3)
            .map(|step| format!("terraform.unit{}.id", unit - step * 3))
            .collect();
        let state = match unit {
            0..3 => "  state = \"shared\"\n",
            _ => "",
        };
        let text = format!(
            "terraform \"unit{unit}\" {{\n  source = \"./modules/unit\"\n{state}  inputs = {{\n    \
             name  = \"${{env.name}}-{unit}-${{local.size}}\"\n    tags  = merge(local.tags, {{ unit = \"{unit}\" }})\n    \
             after = [{}]\n  }}\n}}\n",
            after.join(", ")
        );
        files.push((format!("base/unit{unit}.hcl"), text));
    }
    files.push(("terrace.hcl".into(), config));
    let files = files.into_iter();
    always_the_same(
        files
            .map(|(path, text)| (path, text.into_bytes()))
            .collect(),
        8 * 20 * 4,
    );
}
