use super::*;

fn takes(kind: Kind, good: &[&str], bad: &[&str]) {
    let option = OptionSpec {
        name: "it",
        about: "A thing",
        kind,
        default: "",
    };
    for answer in good {
        assert_eq!(option.check(answer), Ok(()), "{kind:?} takes {answer}");
    }
    for answer in bad {
        let refused = option.check(answer).expect_err(answer);
        assert_eq!(refused.code.id, "E1203");
        assert!(refused.message.contains(answer));
        assert!(!refused.help.is_empty());
    }
}

#[test]
fn names() {
    takes(
        Kind::Name,
        &["acme", "a1", "acme-platform"],
        &[
            "",
            "a",
            "Acme",
            "acme-",
            "-acme",
            "1acme",
            "acme_1",
            "a b",
            "acme/x",
            "abcdefghijklmnopqrstu",
            "ä1",
        ],
    );
}

#[test]
fn domains() {
    takes(
        Kind::Domain,
        &["infra.acme.example", "a.b", "xn--bcher-kva.example"],
        &[
            "",
            "acme",
            "acme.",
            ".acme",
            "Acme.example",
            "a..b",
            "a_b.example",
            "acme.1",
            "-a.example",
        ],
    );
}

#[test]
fn regions() {
    takes(
        Kind::AwsRegion,
        &["eu-west-1", "us-east-1", "ap-southeast-5"],
        &[
            "",
            "eu-west",
            "eu-1",
            "euw-west-1",
            "eu-west-1a",
            "EU-west-1",
            "eu--1",
            "cn-north-1",
            "us-gov-east-1",
            "us-iso-east-1",
            "us-isob-east-1",
            "eu-isoe-west-1",
        ],
    );
    takes(
        Kind::AwsZones,
        &["a,b", "a,b,d", "a,b,c,d,e,f"],
        &[
            "",
            "a",
            "a,a",
            "a, b",
            "a,b,",
            "A,B",
            "a,1",
            "aa,b",
            "a,b,c,d,e,f,g",
        ],
    );
    takes(
        Kind::GoogleRegion,
        &["europe-west1", "northamerica-northeast2", "us-east12"],
        &[
            "",
            "europe",
            "europe-west",
            "europe-1",
            "europe-west1-b",
            "Europe-west1",
        ],
    );
    takes(
        Kind::AzureRegion,
        &["westeurope", "eastus2"],
        &["", "West Europe", "west-europe", "2eastus"],
    );
    takes(Kind::Region, &["local"], &["Local", ""]);
}

#[test]
fn identifiers() {
    takes(
        Kind::GoogleProject,
        &["acme-platform-1"],
        &["acme", "1acme-platform", "Acme-Platform", "acme-platform-"],
    );
    takes(
        Kind::Uuid,
        &["00000000-0000-0000-0000-00000000000f"],
        &["", "0000", "0000000g-0000-0000-0000-000000000000"],
    );
    takes(
        Kind::Repository,
        &["acme/platform", "Acme/platform.x", ""],
        &["acme", "acme/", "a/b/c", "../x", "a b/c", "-a/b"],
    );
}

#[test]
fn numbers() {
    takes(
        Kind::AwsAccount,
        &["123456789012"],
        &["", "12345678901", "12345678901x"],
    );
    takes(
        Kind::Number,
        &["1", "123456789012"],
        &["", "x", "-1", "123456789012345678901"],
    );
    takes(
        Kind::StorageAccount,
        &["acmetf", "a1b"],
        &["", "ab", "acme-tf", "Acme"],
    );
}
