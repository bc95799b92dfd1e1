//! What checkov says of the modules, and why each finding stays.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::tools;

/// Findings that stay: check, module, reason.
const ACCEPTED: &[(&str, &str, &str)] = &[
    (
        "CKV2_AWS_11",
        "aws/network",
        "flow logs are on; checkov does not follow the VPC's count",
    ),
    (
        "CKV2_AWS_12",
        "aws/network",
        "the default group is closed; checkov does not follow the VPC's count",
    ),
    (
        "CKV2_AWS_62",
        "aws/state-backend",
        "nothing waits for events of a state",
    ),
    (
        "CKV2_AWS_64",
        "aws/cluster",
        "AWS's own key policy hands the key to the account's IAM, as wanted",
    ),
    (
        "CKV2_AWS_64",
        "aws/state-backend",
        "AWS's own key policy hands the key to the account's IAM, as wanted",
    ),
    (
        "CKV_AWS_144",
        "aws/state-backend",
        "versions are kept; a second region is the user's choice",
    ),
    (
        "CKV2_AZURE_21",
        "azure/state-backend",
        "reads of a state are in Azure's activity and diagnostic logs where wanted",
    ),
    (
        "CKV2_AZURE_33",
        "azure/state-backend",
        "hosted CI jobs come from outside; `allowed` closes the network",
    ),
    ("CKV_AZURE_33", "azure/state-backend", "there are no queues"),
    (
        "CKV_AZURE_59",
        "azure/state-backend",
        "hosted CI jobs come from outside; `allowed` closes the network",
    ),
    (
        "CKV_AZURE_206",
        "azure/state-backend",
        "copies over zones by default; another region by `replication`",
    ),
    (
        "CKV_AZURE_116",
        "azure/cluster",
        "on by default; checkov does not follow the object",
    ),
    (
        "CKV_AZURE_168",
        "azure/cluster",
        "110 by default; checkov does not follow the object",
    ),
    (
        "CKV_AZURE_227",
        "azure/cluster",
        "on by default; checkov does not follow the object",
    ),
    (
        "CKV2_GCP_18",
        "google/network",
        "a custom-mode network lets nothing in but what GKE opens",
    ),
    (
        "CKV_GCP_12",
        "google/cluster",
        "Dataplane V2 enforces network policies by itself",
    ),
    (
        "CKV_GCP_21",
        "google/cluster",
        "labels come from the metadata module",
    ),
    (
        "CKV_GCP_66",
        "google/cluster",
        "needs a policy in the project first: an input",
    ),
    (
        "CKV_GCP_68",
        "google/node-pool",
        "on by default; checkov does not follow the object",
    ),
    (
        "CKV_GCP_117",
        "google/ci-identity",
        "a plan reads whatever the platform is made of; `plan_roles` narrows it",
    ),
];

#[test]
fn every_finding_has_its_reason() {
    let root = tools::repository();
    let arguments = [
        "-d",
        "modules",
        "--framework",
        "terraform",
        "--quiet",
        "--compact",
        "-o",
        "json",
    ];
    let Some(output) = tools::run("checkov", &root, &arguments) else {
        return tools::skipped("checkov", "not on PATH");
    };
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found: BTreeSet<(String, String)> = report["results"]["failed_checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap().to_owned();
            let path = text("file_path");
            let module = path.trim_start_matches('/').rsplit_once('/').unwrap().0;
            (text("check_id"), module.to_owned())
        })
        .collect();
    let accepted: BTreeSet<(String, String)> = ACCEPTED
        .iter()
        .map(|(check, module, _)| ((*check).to_owned(), (*module).to_owned()))
        .collect();
    let open: Vec<_> = found.difference(&accepted).collect();
    let gone: Vec<_> = accepted.difference(&found).collect();
    assert!(
        open.is_empty() && gone.is_empty(),
        "without a reason: {open:?}\nno longer found: {gone:?}"
    );
}
