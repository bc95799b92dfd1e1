//! Layers of one component stacked, and where their values come from.

use terrace_diag::SourceMap;
use terrace_kustomize::{
    Field, Layer, Memory, Options, PathPart, Resources, explain, load, load_stack, load_stack_with,
};
use terrace_yaml::{ReadOptions, read_first};

fn files(list: &[(&str, &str)]) -> Memory {
    let mut files = Memory::new();
    for (path, text) in list {
        files.insert(path, *text);
    }
    files
}

fn folders(list: &[&str]) -> Vec<Layer> {
    list.iter()
        .map(|folder| Layer::Folder((*folder).to_owned()))
        .collect()
}

fn stack(files: &Memory, list: &[&str]) -> Result<Resources, String> {
    load_stack(files, &folders(list), &Options::default()).map_err(|error| {
        let first = error.diagnostics.iter().next().cloned();
        first.map_or_else(String::new, |one| one.message)
    })
}

const BASE: &str = "namePrefix: b-\nconfigMapGenerator:\n- name: g\n  literals: [a=1, b=2]\n";
const OVER: &str =
    "namePrefix: o-\nconfigMapGenerator:\n- name: g\n  behavior: merge\n  literals: [a=new]\n";

#[test]
fn a_stack_is_an_overlay() {
    let stacked = files(&[
        ("/base/kustomization.yaml", BASE),
        ("/ops/kustomization.yaml", OVER),
        ("/apps/kustomization.yaml", "nameSuffix: -apps\n"),
    ]);
    let written = files(&[
        ("/base/kustomization.yaml", BASE),
        (
            "/ops/kustomization.yaml",
            &format!("resources: [../base]\n{OVER}"),
        ),
        (
            "/apps/kustomization.yaml",
            "resources: [../ops]\nnameSuffix: -apps\n",
        ),
    ]);
    let expected = load(&written, "/apps", &Options::default())
        .expect("builds")
        .to_yaml()
        .expect("prints");
    let layers = ["/base", "/ops", "/apps"];
    for files in [&stacked, &written] {
        let text = stack(files, &layers).expect("builds").to_yaml();
        assert_eq!(text.expect("prints"), expected);
    }
    assert!(expected.contains("name: o-b-g-apps-") && expected.contains("a: new"));
}

#[test]
fn an_inner_base_is_found() {
    let files = files(&[
        ("/base/kustomization.yaml", BASE),
        ("/common/kustomization.yaml", "resources: [../base]\n"),
        (
            "/ops/kustomization.yaml",
            "resources: [../common]\nnamePrefix: o-\n",
        ),
    ]);
    let resources = stack(&files, &["/base", "/ops"]).expect("the base is not added twice");
    assert_eq!(resources.len(), 1);
}

#[test]
fn a_layer_must_not_reach_past_the_one_below() {
    let files = files(&[
        ("/base/kustomization.yaml", BASE),
        ("/ops/kustomization.yaml", "namePrefix: o-\n"),
        ("/apps/kustomization.yaml", "resources: [../base]\n"),
    ]);
    let message = stack(&files, &["/base", "/ops", "/apps"]).expect_err("refused");
    assert_eq!(
        message,
        "layer 3 reaches layer 1 directly; between them lies layer 2"
    );
}

#[test]
fn a_layer_may_be_data() {
    let files = files(&[
        ("/base/kustomization.yaml", BASE),
        (
            "/ops/r.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n",
        ),
    ]);
    let mut sources = SourceMap::new();
    let text: std::sync::Arc<str> = "resources: [r.yaml]\nnamespace: team\n".into();
    let file = sources.add("ops/web.hcl", text.clone());
    let fields = read_first(&text, 0..text.len(), file, &ReadOptions::default())
        .expect("is YAML")
        .expect("is not empty");
    let layers = [
        Layer::Folder("/base".into()),
        Layer::Data {
            folder: "/ops".into(),
            fields,
        },
    ];
    let resources = load_stack_with(&files, &layers, &Options::default(), sources).expect("builds");
    assert_eq!(resources.len(), 2);
    for resource in resources.iter() {
        assert_eq!(resource.namespace(), "team");
        let path = [
            PathPart::Key("metadata".into()),
            PathPart::Key("namespace".into()),
        ];
        let node = resource.at(&path).expect("is there");
        assert_eq!(resources.sources().place(node.span()), "ops/web.hcl:2:12");
    }
}

#[test]
fn every_leaf_has_the_place_that_set_it() {
    let files = files(&[
        (
            "/base/kustomization.yaml",
            "resources: [d.yaml]\nconfigMapGenerator:\n- name: g\n  literals:\n  - key=generated\n",
        ),
        (
            "/base/d.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: \
             1\n  template:\n    spec:\n      containers:\n      - name: main\n        image: \
             nginx:1.0\n",
        ),
        (
            "/top/kustomization.yaml",
            "resources: [../base]\nnamespace: team\nimages:\n- name: nginx\n  newTag: \
             \"2\"\npatches:\n- patch: |\n    apiVersion: apps/v1\n    kind: Deployment\n    \
             metadata:\n      name: web\n    spec:\n      replicas: 5\n",
        ),
    ]);
    let options = Options::default();
    let layers = folders(&["/top"]);
    let resources = load_stack(&files, &layers, &options).expect("builds");
    let mut places = Vec::new();
    for resource in resources.iter() {
        for leaf in resource.leaves() {
            let path: Vec<String> = leaf
                .path
                .iter()
                .map(|part| match part {
                    PathPart::Key(key) => key.clone(),
                    PathPart::Index(index) => index.to_string(),
                })
                .collect();
            let text = leaf.node.as_str().unwrap_or_default();
            let place = resources.sources().place(leaf.span);
            places.push(format!("{}={text} {place}", path.join(".")));
        }
    }
    for expected in [
        "data.key=generated /base/kustomization.yaml:5:5",
        "metadata.namespace=team /top/kustomization.yaml:2:12",
        "spec.replicas=5 /top/kustomization.yaml:13:17",
        "spec.template.spec.containers.0.name=main /base/d.yaml:10:15",
        "spec.template.spec.containers.0.image=nginx:2 /top/kustomization.yaml:5:11",
    ] {
        assert!(
            places.iter().any(|place| place == expected),
            "{expected} in {places:#?}"
        );
    }
    let deployment = resources
        .iter()
        .find(|resource| resource.kind() == "Deployment")
        .expect("is there");
    let path = [
        PathPart::Key("spec".into()),
        PathPart::Key("replicas".into()),
    ];
    let steps = explain(
        &files,
        &layers,
        &options,
        SourceMap::new(),
        &[Field {
            resource: deployment,
            path: path.to_vec(),
        }],
    )
    .expect("builds again");
    let steps: Vec<String> = steps[0]
        .iter()
        .map(|step| {
            let value = step.value.as_deref().unwrap_or("-");
            format!(
                "{} {value} {}",
                step.what,
                resources.sources().place(step.span)
            )
        })
        .collect();
    assert_eq!(
        steps,
        [
            "resource 1 /base/d.yaml:6:13",
            "patches 5 /top/kustomization.yaml:13:17"
        ]
    );
}
