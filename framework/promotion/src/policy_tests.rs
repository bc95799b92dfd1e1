use super::*;

fn policy(edges: &[(&str, &str)], entries: &[&str]) -> Policy {
    let mut policy = Policy::default();
    for (from, to) in edges {
        for env in [from, to] {
            policy.environments.entry(String::from(*env)).or_default();
        }
        let key = (String::from(*from), String::from(*to));
        policy.edges.insert(key, Edge::default());
    }
    for env in entries {
        policy
            .environments
            .entry(String::from(*env))
            .or_default()
            .entry = true;
    }
    policy
}

fn faults(policy: &Policy) -> Vec<String> {
    policy
        .check()
        .into_iter()
        .map(|fault| fault.message)
        .collect()
}

#[test]
fn i10_a_graph_is_accepted_and_a_cycle_is_shown_whole() {
    let diamond = policy(
        &[
            ("ops", "apps"),
            ("ops", "eu"),
            ("apps", "prod"),
            ("eu", "prod"),
        ],
        &["ops"],
    );
    assert_eq!(faults(&diamond), Vec::<String>::new());
    let cycle = policy(
        &[("ops", "a"), ("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")],
        &["ops"],
    );
    let said = faults(&cycle);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        ["a -> b -> c -> a", "b -> c -> a -> b", "c -> a -> b -> c"]
            .iter()
            .any(|cycle| said[0].ends_with(cycle)),
        "{said:?}"
    );
}

#[test]
fn s23_unknown_and_unguarded_environments_are_named() {
    let mut broken = policy(&[("ops", "apps")], &["ops"]);
    broken.environments.remove("apps");
    broken
        .environments
        .insert(String::from("prod"), EnvironmentRule::default());
    if let Some(edge) = broken.edges.values_mut().next() {
        edge.gates.insert(String::from("smoke"));
    }
    let said = faults(&broken).join("\n");
    assert!(said.contains("ops->apps names `apps`"), "{said}");
    assert!(
        said.contains("gate `smoke`, which does not exist"),
        "{said}"
    );
    assert!(
        said.contains("`prod` is neither an entry nor the target"),
        "{said}"
    );
    let both = policy(&[("ops", "apps")], &["ops", "apps"]);
    assert!(faults(&both)[0].contains("an entry and the target"));
}

#[test]
fn i3_the_digest_of_an_edge_covers_its_rules_and_its_gates_files_only() {
    let mut policy = policy(&[("ops", "apps"), ("apps", "prod")], &["ops"]);
    let key = (String::from("ops"), String::from("apps"));
    policy.edges.get_mut(&key).expect("edge").gates = [String::from("smoke")].into();
    let smoke = Gate {
        files: [(String::from("gates/smoke.sh"), Digest::of("exit 0"))].into(),
        ..Gate::default()
    };
    policy.gates.insert(String::from("smoke"), smoke);
    policy.gates.insert(String::from("other"), Gate::default());
    let before = policy.digest("ops", "apps");
    let prod = policy.digest("apps", "prod");
    assert!(before.is_some() && before != prod);

    let mut same = policy.clone();
    same.environments
        .insert(String::from("eu"), EnvironmentRule::default());
    same.gates.remove("other");
    assert_eq!(same.digest("ops", "apps"), before);

    let changes: [fn(&mut Edge, &mut Gate); 9] = [
        |edge, _| edge.soak = 1,
        |edge, _| edge.expires = Some(1),
        |edge, _| {
            edge.approvals = Some(Approvals {
                role: Role::Approver,
                min: 1,
                not_author: true,
            })
        },
        |edge, _| edge.windows = vec![Window::parse(true, "22:00-06:00 UTC").expect("window")],
        |edge, _| {
            edge.coverage = Some(CoverageRule {
                approvers: 1,
                first: false,
            })
        },
        |edge, _| _ = edge.unobserved.insert(String::from("nginx")),
        |edge, _| edge.vendored = true,
        |_, gate| {
            _ = gate
                .files
                .insert(String::from("gates/smoke.sh"), Digest::of("exit 0 "))
        },
        |_, gate| {
            _ = gate
                .definition
                .insert(String::from("timeout"), Value::Int(1))
        },
    ];
    for (at, change) in changes.into_iter().enumerate() {
        let mut other = policy.clone();
        let edge = other.edges.get_mut(&key).expect("edge");
        let gate = other.gates.get_mut("smoke").expect("gate");
        change(edge, gate);
        assert_ne!(other.digest("ops", "apps"), before, "change {at}");
        assert_eq!(other.digest("apps", "prod"), prod, "change {at}");
    }
    assert_eq!(policy.digest("ops", "prod"), None);
}
