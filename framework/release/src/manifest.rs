//! `release.json`: what one render of all environments holds.
//!
//! Canonical JSON ([`crate::json`]): sorted keys, no floats, two spaces, LF. The
//! release is named by the sha256 of the file; the content id covers only the
//! environments' folders, so that a commit that changes no rendered byte is a
//! new release of the same content.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use terrace_diag::Diagnostic;

use crate::fields::{Fields, Malformed};
use crate::json::{self, Object, Value, object};
use crate::path::check_name;
use crate::{Digest, Sums, codes};

/// Largest accepted file: some 100,000 components.
pub const MAX_RELEASE: usize = 32 << 20;

/// The schema this version writes and reads. Fields are refused unless listed
/// here: a reader that skips one could take another release for the same.
pub const SCHEMA: &str = "https://terrace/release/v1";

/// One render of every environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseManifest {
    /// The platform's name.
    pub platform: String,
    /// Where the layers came from; `None` for a tree that is dirty or has no commit.
    pub source: Option<Source>,
    /// Digest of `.terraform.lock.hcl`; `None` without one.
    pub lock: Option<Digest>,
    /// Digest of each promotion edge's policy at the source, by [`edge_name`].
    pub policies: BTreeMap<String, Digest>,
    /// What rendered it.
    pub compiler: Compiler,
    /// Every environment by name.
    pub environments: BTreeMap<String, Environment>,
}

/// A commit of the platform repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Commit id, 40 or 64 hexadecimal digits.
    pub commit: String,
    /// Its tree, likewise.
    pub tree: String,
}

/// What rendered a release. Not part of the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compiler {
    /// `terrace`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The folders of one environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// Terraform roots and Kustomize components by name.
    pub components: BTreeMap<String, Component>,
}

/// What a folder is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A Terraform root.
    Terraform,
    /// A Kustomize component.
    Kustomize,
}

impl Kind {
    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Terraform => "terraform",
            Self::Kustomize => "kustomize",
        }
    }

    /// From how it is written.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Terraform, Self::Kustomize]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// One rendered folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// What it is for.
    pub kind: Kind,
    /// Digest of its `SHA256SUMS`.
    pub sha256: Digest,
    /// Names of the folders of the same environment that it reads from or comes after.
    pub deps: BTreeSet<String>,
    /// Components that share this root; only the name itself in the usual case.
    pub members: BTreeSet<String>,
    /// Sources that are fetched when it runs and so are not covered by the
    /// digest (a module with a remote address, a remote base).
    pub uncovered: BTreeSet<String>,
}

/// `ops->apps`.
pub fn edge_name(from: &str, to: &str) -> String {
    format!("{from}->{to}")
}

impl ReleaseManifest {
    /// The name of the file in `rendered/`.
    pub const FILE: &'static str = "release.json";

    /// The file's text.
    pub fn to_text(&self) -> String {
        let policies: Object = self
            .policies
            .iter()
            .map(|(edge, digest)| (edge.clone(), object([("sha256", (*digest).into())])))
            .collect();
        let environments: Object = self
            .environments
            .iter()
            .map(|(name, environment)| (name.clone(), environment.to_json()))
            .collect();
        object([
            ("schema", SCHEMA.into()),
            ("platform", self.platform.as_str().into()),
            (
                "source",
                self.source.as_ref().map_or(Value::Null, |source| {
                    object([
                        ("commit", source.commit.as_str().into()),
                        ("tree", source.tree.as_str().into()),
                    ])
                }),
            ),
            (
                "lock",
                self.lock
                    .map_or(Value::Null, |lock| object([("sha256", lock.into())])),
            ),
            ("policies", policies.into()),
            (
                "compiler",
                object([
                    ("name", self.compiler.name.as_str().into()),
                    ("version", self.compiler.version.as_str().into()),
                ]),
            ),
            ("environments", environments.into()),
        ])
        .to_canonical()
    }

    /// The release's name: the sha256 of the file.
    pub fn id(&self) -> Digest {
        Digest::of(self.to_text())
    }

    /// What `sha256sum */*/SHA256SUMS` prints in `rendered/`, sorted bytewise,
    /// hashed: equal exactly if every environment's folders are equal.
    pub fn content_id(&self) -> Digest {
        let lines = self.environments.iter().flat_map(|(env, environment)| {
            environment
                .components
                .iter()
                .map(move |(name, component)| (format!("{env}/{name}/{}", Sums::FILE), component))
        });
        digest_of_folders(lines)
    }

    /// The sources that are fetched when something of it runs, each with where
    /// (`ops/net`); none where every source is local or vendored, so that the
    /// digest covers all that is applied.
    pub fn uncovered(&self) -> BTreeMap<&str, BTreeSet<String>> {
        let mut out: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (env, environment) in &self.environments {
            for (name, component) in &environment.components {
                for source in &component.uncovered {
                    out.entry(source)
                        .or_default()
                        .insert(format!("{env}/{name}"));
                }
            }
        }
        out
    }

    /// Reads the file. Only the spelling that [`ReleaseManifest::to_text`] gives
    /// is accepted, since the digest of the bytes is the release's name.
    pub fn parse(bytes: &[u8]) -> Result<Self, Diagnostic> {
        let value = json::parse(bytes, MAX_RELEASE)?;
        let bad =
            |why: String| Diagnostic::error(&codes::BAD_RELEASE, format!("release.json: {why}"));
        let manifest = Self::from_json(&value).map_err(|fault| bad(fault.to_string()))?;
        match manifest.to_text().as_bytes() == bytes {
            true => Ok(manifest),
            false => Err(bad(String::from(
                "not in canonical form (sorted keys, two spaces, final line feed)",
            ))),
        }
    }

    fn from_json(value: &Value) -> Result<Self, Malformed> {
        let mut fields = Fields::root(value)?;
        let schema = fields.string("schema")?;
        if schema != SCHEMA {
            return Err(fields.error(
                "schema",
                format!("`{schema}` is not known to this version, which reads {SCHEMA}"),
            ));
        }
        let platform = fields.string("platform")?;
        let source = match fields.maybe_object("source")? {
            None => None,
            Some(mut source) => {
                let found = Source {
                    commit: object_id(&mut source, "commit")?,
                    tree: object_id(&mut source, "tree")?,
                };
                source.finish()?;
                Some(found)
            }
        };
        let lock = match fields.maybe_object("lock")? {
            None => None,
            Some(lock) => Some(only_digest(lock)?),
        };
        let mut policies = BTreeMap::new();
        for (edge, at, value) in fields.object("policies")?.rest() {
            policies.insert(edge, only_digest(Fields::of(value, at)?)?);
        }
        let mut compiler = fields.object("compiler")?;
        let found_compiler = Compiler {
            name: compiler.string("name")?,
            version: compiler.string("version")?,
        };
        compiler.finish()?;
        let mut environments = BTreeMap::new();
        for (name, at, value) in fields.object("environments")?.rest() {
            let mut inner = named(&name, &at, value)?;
            environments.insert(name, Environment::from_json(&mut inner)?);
            inner.finish()?;
        }
        fields.finish()?;
        Ok(Self {
            platform,
            source,
            lock,
            policies,
            compiler: found_compiler,
            environments,
        })
    }
}

impl Environment {
    /// Like [`ReleaseManifest::content_id`] for one environment: what
    /// `sha256sum */SHA256SUMS` prints in `rendered/<env>/`, hashed.
    pub fn digest(&self) -> Digest {
        let lines = self
            .components
            .iter()
            .map(|(name, component)| (format!("{name}/{}", Sums::FILE), component));
        digest_of_folders(lines)
    }

    fn to_json(&self) -> Value {
        let components: Object = self
            .components
            .iter()
            .map(|(name, component)| (name.clone(), component.to_json()))
            .collect();
        object([("components", components.into())])
    }

    fn from_json(fields: &mut Fields<'_>) -> Result<Self, Malformed> {
        let mut components = BTreeMap::new();
        let inner = fields.object("components")?;
        let at = fields.path("components");
        for (name, at, value) in inner.rest() {
            let mut inner = named(&name, &at, value)?;
            components.insert(name, Component::from_json(&mut inner)?);
            inner.finish()?;
        }
        for (name, component) in &components {
            let unknown = component
                .deps
                .iter()
                .find(|dep| *dep == name || !components.contains_key(*dep));
            if let Some(dep) = unknown {
                return Err(Malformed {
                    path: format!("{at}.{name}.deps"),
                    why: format!("`{dep}` is not another component of the environment"),
                });
            }
        }
        Ok(Self { components })
    }
}

impl Component {
    fn to_json(&self) -> Value {
        object([
            ("kind", self.kind.as_str().into()),
            ("sha256", self.sha256.into()),
            ("deps", self.deps.iter().map(String::as_str).collect()),
            ("members", self.members.iter().map(String::as_str).collect()),
            (
                "uncovered",
                self.uncovered.iter().map(String::as_str).collect(),
            ),
        ])
    }

    fn from_json(fields: &mut Fields<'_>) -> Result<Self, Malformed> {
        let kind = fields.string("kind")?;
        let kind = Kind::parse(&kind).ok_or_else(|| {
            fields.error(
                "kind",
                format!("`{kind}` is neither terraform nor kustomize"),
            )
        })?;
        Ok(Self {
            kind,
            sha256: fields.digest("sha256")?,
            deps: fields.strings("deps")?.into_iter().collect(),
            members: fields.strings("members")?.into_iter().collect(),
            uncovered: fields.strings("uncovered")?.into_iter().collect(),
        })
    }
}

fn digest_of_folders<'a>(lines: impl Iterator<Item = (String, &'a Component)>) -> Digest {
    // The map sorts by the whole path, as `sort` does: `a-b/…` comes before `a/…`.
    let sorted: BTreeMap<String, Digest> = lines
        .map(|(path, component)| (path, component.sha256))
        .collect();
    let mut text = String::new();
    for (path, digest) in sorted {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{digest}  {path}");
    }
    Digest::of(text)
}

fn named<'a>(name: &str, at: &str, value: &'a Value) -> Result<Fields<'a>, Malformed> {
    check_name(name).map_err(|fault| Malformed {
        path: String::from(at),
        why: fault.message,
    })?;
    Fields::of(value, String::from(at))
}

fn only_digest(mut fields: Fields<'_>) -> Result<Digest, Malformed> {
    let digest = fields.digest("sha256")?;
    fields.finish()?;
    Ok(digest)
}

/// A git object id: sha1 or sha256.
fn object_id(fields: &mut Fields<'_>, name: &str) -> Result<String, Malformed> {
    let id = fields.string(name)?;
    let hex = id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    match hex && matches!(id.len(), 40 | 64) {
        true => Ok(id),
        false => Err(fields.error(name, "expected 40 or 64 hexadecimal digits")),
    }
}

#[cfg(test)]
#[path = "manifest_tests.rs"]
mod tests;
