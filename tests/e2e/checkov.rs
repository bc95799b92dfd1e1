//! What checkov says of the rendered starters, and why each finding stays.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use terrace_scaffold::STARTERS;
use terrace_testkit::{Cli, Sandbox, tool};

use crate::support::TERRACE;

/// Findings that stay: check, the end of the resource's name, reason.
const ACCEPTED: &[(&str, &str, &str)] = &[
    (
        "CKV2_AWS_11",
        "aws_vpc.this",
        "flow logs are on; checkov does not follow the VPC's count",
    ),
    (
        "CKV2_AWS_12",
        "aws_vpc.this",
        "the default group is closed; checkov does not follow the VPC's count",
    ),
    (
        "CKV2_AWS_64",
        "aws_kms_key.secrets",
        "AWS's own key policy hands the key to the account's IAM, as wanted",
    ),
    (
        "CKV2_GCP_18",
        "google_compute_network.this",
        "a custom-mode network lets nothing in but what GKE opens",
    ),
    (
        "CKV_AWS_338",
        "aws_cloudwatch_log_group.flow",
        "flow logs of a quarter are enough to look into an incident",
    ),
    (
        "CKV_AWS_338",
        "aws_cloudwatch_log_group.cluster[0]",
        "ops keeps its logs for a month; apps for a year",
    ),
    (
        "CKV_AWS_341",
        "aws_launch_template.this",
        "1 by default; checkov does not follow the object",
    ),
    (
        "CKV_AWS_355",
        "aws_iam_role_policy.autoscaler[0]",
        "AWS's Describe actions take no resource; what changes anything is bound by tag",
    ),
    (
        "CKV_AZURE_116",
        "azurerm_kubernetes_cluster.this",
        "on by default; checkov does not follow the object",
    ),
    (
        "CKV_AZURE_168",
        "azurerm_kubernetes_cluster.this",
        "110 by default; checkov does not follow the object",
    ),
    (
        "CKV_AZURE_170",
        "azurerm_kubernetes_cluster.this",
        "ops has no service level; apps has the Standard tier",
    ),
    (
        "CKV_AZURE_227",
        "azurerm_kubernetes_cluster.this",
        "on by default; checkov does not follow the object",
    ),
    (
        "CKV_AZURE_232",
        "azurerm_kubernetes_cluster.this",
        "one pool to start with; `only_critical_addons` once there is a second",
    ),
    (
        "CKV_GCP_10",
        "google_container_node_pool.this",
        "on by default; checkov does not follow the variable",
    ),
    (
        "CKV_GCP_12",
        "google_container_cluster.this",
        "Dataplane V2 enforces network policies by itself",
    ),
    (
        "CKV_GCP_21",
        "google_container_cluster.this",
        "labels come from the metadata module",
    ),
    (
        "CKV_GCP_66",
        "google_container_cluster.this",
        "needs a policy in the project first: an input",
    ),
    (
        "CKV_GCP_68",
        "google_container_node_pool.this",
        "on by default; checkov does not follow the object",
    ),
    (
        "CKV_K8S_11",
        "",
        "no CPU limits: they throttle what the requests already share out fairly",
    ),
    (
        "CKV_K8S_38",
        "",
        "controllers talk to the Kubernetes API, each with a role of its own",
    ),
    (
        "CKV_K8S_9",
        "cluster-autoscaler",
        "nothing calls it; leader election and the liveness probe watch it",
    ),
];

#[test]
fn every_finding_in_rendered_starters_has_its_reason() {
    let Some(checkov) = tool("checkov of rendered starters", "checkov") else {
        return;
    };
    let sandbox = Sandbox::default();
    let cli = Cli::new(TERRACE, &sandbox);
    let all = sandbox.project().join("all");
    fs::create_dir(&all).expect("a folder");
    for starter in STARTERS {
        let ran = cli.run(["init", starter.name, "--starter", starter.name, "--no-git"]);
        assert_eq!(ran.code, 0, "{ran}");
        let ran = cli.run(["-C", starter.name, "render"]);
        assert_eq!(ran.code, 0, "{ran}");
        let rendered = sandbox.project().join(starter.name).join("rendered");
        fs::rename(rendered, all.join(starter.name)).expect("moved");
    }
    let ran = Cli::new(checkov, &sandbox).raw().run([
        "--directory=all",
        "--framework=terraform",
        "--framework=kubernetes",
        "--quiet",
        "--compact",
        "--output=json",
    ]);
    let reports: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{e}\n{ran}"));
    let findings: BTreeSet<(&str, &str)> = reports
        .as_array()
        .expect("a report a framework")
        .iter()
        .flat_map(|report| report["results"]["failed_checks"].as_array())
        .flatten()
        .filter_map(|finding| Some((finding["check_id"].as_str()?, finding["resource"].as_str()?)))
        .collect();
    let accepts = |(check, resource): &(&str, &str), accepted: &(&str, &str, &str)| {
        *check == accepted.0 && resource.ends_with(accepted.1)
    };
    let open: Vec<_> = findings
        .iter()
        .filter(|finding| !ACCEPTED.iter().any(|accepted| accepts(finding, accepted)))
        .collect();
    let gone: Vec<_> = ACCEPTED
        .iter()
        .filter(|accepted| !findings.iter().any(|finding| accepts(finding, accepted)))
        .map(|(check, resource, _)| (check, resource))
        .collect();
    assert!(
        open.is_empty() && gone.is_empty(),
        "without a reason: {open:?}\nno longer found: {gone:?}"
    );
}
