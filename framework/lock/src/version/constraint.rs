//! Constraints on versions (`constraint.go` of go-version).

use std::fmt;

use super::Version;
use crate::Fault;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Pessimistic,
}

/// Longest first, so that `>=` is not read as `>`.
const OPERATORS: [(&str, Operator); 7] = [
    ("!=", Operator::NotEqual),
    (">=", Operator::GreaterOrEqual),
    ("<=", Operator::LessOrEqual),
    ("~>", Operator::Pessimistic),
    ("=", Operator::Equal),
    (">", Operator::Greater),
    ("<", Operator::Less),
];

/// Constraints that must all hold; none of them: any release.
#[derive(Debug, Clone, Default)]
pub struct Constraints {
    all: Vec<(Operator, Version)>,
}

impl Constraints {
    /// Reads `>= 1.2, < 2.0`.
    ///
    /// # Errors
    /// A part is not an operator and a version.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let mut all = Vec::new();
        if text.trim().is_empty() {
            return Ok(Self { all });
        }
        for part in text.split(',') {
            let part = part.trim();
            let (operator, rest) = OPERATORS
                .iter()
                .find_map(|(sign, operator)| Some((*operator, part.strip_prefix(sign)?)))
                .unwrap_or((Operator::Equal, part));
            let version = Version::parse(rest.trim()).ok_or_else(|| {
                Fault::new(format!(
                    "`{}` is not a version constraint",
                    part.escape_debug()
                ))
                .help("for example `~> 5.1`, `>= 1.2, < 2.0` or `1.4.2`")
            })?;
            all.push((operator, version));
        }
        Ok(Self { all })
    }

    /// Whether a version fulfils all of them.
    pub fn allow(&self, version: &Version) -> bool {
        self.all
            .iter()
            .all(|(operator, wanted)| fulfils(version, *operator, wanted))
    }

    /// Whether one of them names exactly this version, as a pre-release asks.
    fn name(&self, version: &Version) -> bool {
        self.all
            .iter()
            .any(|(operator, wanted)| *operator == Operator::Equal && wanted == version)
    }
}

impl fmt::Display for Constraints {
    /// One spelling: `>= 1.2, < 2.0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (operator, version)) in self.all.iter().enumerate() {
            let sign = OPERATORS
                .iter()
                .find(|(_, known)| known == operator)
                .map_or("=", |(sign, _)| sign);
            let comma = if at == 0 { "" } else { ", " };
            match operator {
                Operator::Equal => write!(f, "{comma}{version}")?,
                _ => write!(f, "{comma}{sign} {version}")?,
            }
        }
        Ok(())
    }
}

/// A pre-release is in no range but that of pre-releases of the same version
/// (`prereleaseCheck`).
fn prerelease_fits(version: &Version, wanted: &Version) -> bool {
    match (version.is_prerelease(), wanted.is_prerelease()) {
        (true, true) => version.segments == wanted.segments,
        (true, false) => false,
        (false, _) => true,
    }
}

fn fulfils(version: &Version, operator: Operator, wanted: &Version) -> bool {
    match operator {
        Operator::Equal => version == wanted,
        Operator::NotEqual => version != wanted,
        Operator::Greater => prerelease_fits(version, wanted) && version > wanted,
        Operator::Less => prerelease_fits(version, wanted) && version < wanted,
        Operator::GreaterOrEqual => prerelease_fits(version, wanted) && version >= wanted,
        Operator::LessOrEqual => prerelease_fits(version, wanted) && version <= wanted,
        Operator::Pessimistic => pessimistic(version, wanted),
    }
}

/// The last segment that was written may grow, the ones before it not.
fn pessimistic(version: &Version, wanted: &Version) -> bool {
    if !prerelease_fits(version, wanted)
        || (wanted.is_prerelease() && !version.is_prerelease())
        || version < wanted
    {
        return false;
    }
    let last = wanted.segments.len() - 1;
    if version.segments.len() <= last {
        return false;
    }
    let fixed = wanted.written.saturating_sub(1);
    version.segments[..fixed] == wanted.segments[..fixed]
        && version.segments[last] >= wanted.segments[last]
}

/// The newest version that fulfils the constraints. Pre-releases count only
/// where a constraint names exactly them (Terraform
/// `internal/initwd/module_install.go`).
pub fn select<'v>(
    versions: impl IntoIterator<Item = &'v Version>,
    constraints: &Constraints,
) -> Option<&'v Version> {
    versions
        .into_iter()
        .filter(|version| constraints.allow(version))
        .filter(|version| !version.is_prerelease() || constraints.name(version))
        .max()
}
