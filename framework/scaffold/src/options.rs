//! What a starter asks for, and which answers it takes.

use std::collections::BTreeMap;

use serde::Serialize;
use terrace_diag::Diagnostic;

use crate::codes;

/// Answers by the name of the option, as a person wrote them.
pub type Answers = BTreeMap<String, String>;

/// The kind of an option: which answers it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Name of a platform: a part of most names of its resources.
    Name,
    /// A lower-case DNS name of at least two labels.
    Domain,
    /// Any region name, for starters without a cloud.
    Region,
    /// An AWS region: `eu-west-1`.
    AwsRegion,
    /// Letters of availability zones: `a,b,c`.
    AwsZones,
    /// A Google Cloud region: `europe-west1`.
    GoogleRegion,
    /// An Azure region by its name: `westeurope`.
    AzureRegion,
    /// Number of an AWS account.
    AwsAccount,
    /// Id of a Google Cloud project.
    GoogleProject,
    /// Digits, such as the number of a Google Cloud project.
    Number,
    /// Name of an Azure storage account.
    StorageAccount,
    /// A UUID, such as an Azure subscription or tenant.
    Uuid,
    /// A repository as the forge names it: `owner/name`; or nothing yet.
    Repository,
}

impl Kind {
    /// An answer that fits, as far from what is common as it may be: capitals
    /// where they are allowed, the longest name.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Name => "a-name-of-20-letters",
            Self::Domain => "platform.example.org",
            Self::Region => "elsewhere",
            Self::AwsRegion => "ap-southeast-2",
            Self::AwsZones => "b,c,d",
            Self::GoogleRegion => "us-east4",
            Self::AzureRegion => "eastus2",
            Self::AwsAccount => "210987654321",
            Self::GoogleProject => "another-project-7",
            Self::Number => "42",
            Self::StorageAccount => "otherstates",
            Self::Uuid => "12345678-1234-1234-1234-123456789abc",
            Self::Repository => "example/Platform.x",
        }
    }
}

/// An option of a starter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OptionSpec {
    /// Its name: the template's variable, and the flag with `_` for `-`.
    pub name: &'static str,
    /// A sentence that says what it is for.
    pub about: &'static str,
    /// Which answers it takes.
    pub kind: Kind,
    /// What is taken without an answer: a template over the options before it.
    pub default: &'static str,
}

impl OptionSpec {
    /// Checks an answer.
    ///
    /// # Errors
    ///
    /// A diagnostic that says what the option takes.
    pub fn check(&self, answer: &str) -> Result<(), Diagnostic> {
        let (fits, expected) = match self.kind {
            Kind::Name => (
                is_name(answer),
                "a lower-case letter first, then lower-case letters, digits and dashes, no dash at the end, 2 to 20 characters",
            ),
            Kind::Domain => (
                is_domain(answer),
                "a lower-case DNS name of at least two labels without a trailing dot, such as infra.example.com",
            ),
            Kind::Region => (
                is_name(answer),
                "lower-case letters, digits and dashes, such as local",
            ),
            Kind::AwsRegion => (
                is_aws_region(answer),
                "such as eu-west-1; those of China and of the governments are other partitions, for which the starters are not made",
            ),
            Kind::AwsZones => (
                is_aws_zones(answer),
                "two to six, each once, with commas between them, such as a,b,c",
            ),
            Kind::GoogleRegion => (is_google_region(answer), "such as europe-west1"),
            Kind::AzureRegion => (
                is_azure_region(answer),
                "by its name, such as westeurope (not its display name)",
            ),
            Kind::GoogleProject => (
                is_google_project(answer),
                "its id, 6 to 30 lower-case letters, digits and dashes, a letter first",
            ),
            Kind::Uuid => (
                is_uuid(answer),
                "a UUID such as 00000000-0000-0000-0000-000000000000",
            ),
            Kind::AwsAccount => (
                answer.len() == 12 && is_number(answer),
                "such as 123456789012",
            ),
            Kind::Number => (is_number(answer), "digits, at most 20"),
            Kind::StorageAccount => (
                (3..=24).contains(&answer.len()) && answer.bytes().all(lower_or_digit),
                "3 to 24 lower-case letters and digits",
            ),
            Kind::Repository => (
                answer.is_empty() || is_repository(answer),
                "such as acme/platform, or nothing",
            ),
        };
        if fits {
            return Ok(());
        }
        Err(Diagnostic::error(
            &codes::INVALID_ANSWER,
            format!("`{answer}` is not a valid answer for `{}`", flag(self.name)),
        )
        .help(format!("{}: {expected}", self.about)))
    }
}

/// An option as people write it: `--project-number`.
pub(crate) fn flag(name: &str) -> String {
    format!("--{}", name.replace('_', "-"))
}

fn lower_or_digit(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

/// A label of lower-case letters, digits and inner dashes.
fn is_label(text: &str, longest: usize) -> bool {
    let bytes = text.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(&first), Some(&last)) => {
            bytes.len() <= longest
                && lower_or_digit(first)
                && lower_or_digit(last)
                && bytes
                    .iter()
                    .all(|&byte| lower_or_digit(byte) || byte == b'-')
        }
        _ => false,
    }
}

fn starts_with_letter(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
}

fn is_name(text: &str) -> bool {
    text.len() >= 2 && is_label(text, 20) && starts_with_letter(text)
}

/// RFC 1123 names, short enough that an environment and a host still fit in
/// front: the modules allow 190 characters.
fn is_domain(text: &str) -> bool {
    text.len() <= 190
        && text.contains('.')
        && text.split('.').all(|label| is_label(label, 63))
        && text.rsplit('.').next().is_some_and(starts_with_letter)
}

/// `eu-west-1`, `ap-southeast-2`: words of letters, then a digit. Only of the
/// partition `aws`: in the others every ARN begins otherwise.
fn is_aws_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let elsewhere = parts[0] == "cn"
        || parts
            .get(1)
            .is_some_and(|word| *word == "gov" || word.starts_with("iso"));
    !elsewhere
        && matches!(parts.as_slice(), [first, middle @ .., last]
        if first.len() == 2
            && !middle.is_empty()
            && std::iter::once(first)
                .chain(middle)
                .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()))
            && last.len() == 1
            && last.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_aws_zones(text: &str) -> bool {
    let letters: Vec<&str> = text.split(',').collect();
    let mut distinct = letters.clone();
    distinct.sort_unstable();
    distinct.dedup();
    (2..=6).contains(&letters.len())
        && distinct.len() == letters.len()
        && letters
            .iter()
            .all(|letter| matches!(letter.as_bytes(), [b'a'..=b'z']))
}

/// `europe-west1`, `northamerica-northeast2`: two words, digits at the end.
fn is_google_region(text: &str) -> bool {
    let Some((area, direction)) = text.split_once('-') else {
        return false;
    };
    let word = direction.trim_end_matches(|last: char| last.is_ascii_digit());
    !area.is_empty()
        && area.bytes().all(|byte| byte.is_ascii_lowercase())
        && !word.is_empty()
        && word.len() < direction.len()
        && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn is_azure_region(text: &str) -> bool {
    starts_with_letter(text) && text.len() <= 30 && text.bytes().all(lower_or_digit)
}

fn is_google_project(text: &str) -> bool {
    text.len() >= 6 && is_label(text, 30) && starts_with_letter(text)
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12])
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn is_number(text: &str) -> bool {
    (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_repository(text: &str) -> bool {
    let mut parts = 0;
    let fits = text.split('/').all(|part| {
        parts += 1;
        !part.is_empty()
            && part.len() <= 100
            && !part.starts_with(['.', '-'])
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    });
    fits && parts == 2
}

#[cfg(test)]
#[path = "options_tests.rs"]
mod tests;
