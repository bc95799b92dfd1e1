//! The two predicates that other tools know: the SLSA verification summary for
//! evidence, and in-toto's test result for gates.

use std::collections::BTreeMap;

use terrace_release::Digest;
use terrace_release::fields::{Fields, Malformed};
use terrace_release::json::{Object, Value, object};

use crate::Time;

/// slsa.dev `spec/v1.0/verification_summary`.
pub const VSA: &str = "https://slsa.dev/verification_summary/v1";

/// in-toto/attestation `spec/predicates/test-result.md`.
pub const TEST_RESULT: &str = "https://in-toto.io/attestation/test-result/v0.1";

/// The one verifier that `terrace validate` is: a validator's key may say
/// nothing under another name.
pub const VERIFIER: &str = "https://terrace/verifier/env-validation/v1";

/// What an environment's validation came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vsa {
    /// [`VERIFIER`].
    pub verifier: String,
    /// Versions of the tools involved.
    pub versions: BTreeMap<String, String>,
    /// When the gates were done.
    pub time_verified: Time,
    /// `terrace:<platform id>#env=<env>`.
    pub resource_uri: String,
    /// What the rules were: name of the edge and its policy digest.
    pub policy: (String, Digest),
    /// Gate entries: `ledger:<seq>` and the sha256 of the envelope.
    pub inputs: Vec<(String, Digest)>,
    /// PASSED or FAILED.
    pub passed: bool,
    /// `ENV_VALIDATED`, `GATE_…`; none where it failed.
    pub levels: Vec<String>,
}

impl Vsa {
    /// As predicate fields.
    pub fn to_object(&self) -> Object {
        let versions: Object = self
            .versions
            .iter()
            .map(|(tool, version)| (tool.clone(), version.as_str().into()))
            .collect();
        let inputs: Value = self
            .inputs
            .iter()
            .map(|(uri, digest)| {
                object([
                    ("uri", uri.as_str().into()),
                    ("digest", object([("sha256", (*digest).into())])),
                ])
            })
            .collect();
        Object::from([
            (
                String::from("verifier"),
                object([
                    ("id", self.verifier.as_str().into()),
                    ("version", versions.into()),
                ]),
            ),
            (
                String::from("timeVerified"),
                self.time_verified.to_string().into(),
            ),
            (
                String::from("resourceUri"),
                self.resource_uri.as_str().into(),
            ),
            (
                String::from("policy"),
                object([
                    ("uri", self.policy.0.as_str().into()),
                    ("digest", object([("sha256", self.policy.1.into())])),
                ]),
            ),
            (String::from("inputAttestations"), inputs),
            (
                String::from("verificationResult"),
                if self.passed { "PASSED" } else { "FAILED" }.into(),
            ),
            (
                String::from("verifiedLevels"),
                self.levels.iter().map(String::as_str).collect(),
            ),
        ])
    }

    /// Takes its fields out of a predicate.
    pub fn read(fields: &mut Fields<'_>) -> Result<Self, Malformed> {
        let mut verifier = fields.object("verifier")?;
        let id = verifier.string("id")?;
        let mut versions = BTreeMap::new();
        if let Some(listed) = verifier.maybe_object("version")? {
            for (tool, at, value) in listed.rest() {
                let Value::String(version) = value else {
                    return Err(expected(at, "a text"));
                };
                versions.insert(tool, version.clone());
            }
        }
        let mut policy = fields.object("policy")?;
        let mut digest = policy.object("digest")?;
        let mut inputs = Vec::new();
        for mut input in fields.objects("inputAttestations")? {
            let sha256 = input.object("digest")?.digest("sha256")?;
            inputs.push((input.string("uri")?, sha256));
        }
        let result = fields.text("verificationResult")?;
        Ok(Self {
            verifier: id,
            versions,
            time_verified: time(fields, "timeVerified")?,
            resource_uri: fields.string("resourceUri")?,
            policy: (policy.string("uri")?, digest.digest("sha256")?),
            inputs,
            passed: match result {
                "PASSED" => true,
                "FAILED" => false,
                _ => {
                    return Err(expected(
                        fields.path("verificationResult"),
                        "PASSED or FAILED",
                    ));
                }
            },
            levels: fields.strings("verifiedLevels")?,
        })
    }
}

/// A gate's verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TestVerdict {
    /// It ran and is satisfied.
    Passed,
    /// It ran and is satisfied, with something to look at.
    Warned,
    /// It ran and is not satisfied, or did not run.
    Failed,
}

impl TestVerdict {
    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "PASSED",
            Self::Warned => "WARNED",
            Self::Failed => "FAILED",
        }
    }
}

/// What one gate came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResult {
    /// Its verdict.
    pub verdict: TestVerdict,
    /// Files that configure it: name and digest.
    pub configuration: Vec<(String, Digest)>,
    /// Where to read more.
    pub url: Option<String>,
    /// Names of what passed.
    pub passed: Vec<String>,
    /// Names of what warned.
    pub warned: Vec<String>,
    /// Names of what failed.
    pub failed: Vec<String>,
}

impl TestResult {
    /// As predicate fields.
    pub fn to_object(&self) -> Object {
        let configuration: Value = self
            .configuration
            .iter()
            .map(|(name, digest)| {
                object([
                    ("name", name.as_str().into()),
                    ("digest", object([("sha256", (*digest).into())])),
                ])
            })
            .collect();
        let names = |names: &[String]| names.iter().map(String::as_str).collect::<Value>();
        let mut out = Object::from([
            (String::from("result"), self.verdict.as_str().into()),
            (String::from("configuration"), configuration),
            (String::from("passedTests"), names(&self.passed)),
            (String::from("warnedTests"), names(&self.warned)),
            (String::from("failedTests"), names(&self.failed)),
        ]);
        if let Some(url) = &self.url {
            out.insert(String::from("url"), url.as_str().into());
        }
        out
    }

    /// Takes its fields out of a predicate.
    pub fn read(fields: &mut Fields<'_>) -> Result<Self, Malformed> {
        let result = fields.text("result")?;
        let mut configuration = Vec::new();
        for mut item in fields.objects("configuration")? {
            let digest = item.object("digest")?.digest("sha256")?;
            configuration.push((item.maybe_string("name")?.unwrap_or_default(), digest));
        }
        Ok(Self {
            verdict: match result {
                "PASSED" => TestVerdict::Passed,
                "WARNED" => TestVerdict::Warned,
                "FAILED" => TestVerdict::Failed,
                _ => return Err(expected(fields.path("result"), "PASSED, WARNED or FAILED")),
            },
            configuration,
            url: fields.maybe_string("url")?,
            passed: fields.strings("passedTests")?,
            warned: fields.strings("warnedTests")?,
            failed: fields.strings("failedTests")?,
        })
    }
}

/// A time field.
pub fn time(fields: &mut Fields<'_>, name: &str) -> Result<Time, Malformed> {
    let text = fields.text(name)?;
    text.parse()
        .map_err(|error: crate::NotATime| fields.error(name, error.to_string()))
}

/// A time field that may be absent.
pub fn maybe_time(fields: &mut Fields<'_>, name: &str) -> Result<Option<Time>, Malformed> {
    fields
        .maybe_text(name)?
        .map(str::parse)
        .transpose()
        .map_err(|error: crate::NotATime| fields.error(name, error.to_string()))
}

fn expected(path: String, what: &str) -> Malformed {
    Malformed {
        path,
        why: format!("expected {what}"),
    }
}
