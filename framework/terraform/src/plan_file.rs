//! The configuration inside a saved plan.
//!
//! A plan file is a zip archive with the configuration it was made from, and
//! apply uses that copy (robustness.md E2). Comparing it with the release proves
//! that the plan was made from that release. The archive's format is terraform's
//! own (internal/plans/planfile); what is not understood is refused.

use std::collections::BTreeMap;
use std::io::Read as _;

use flate2::read::DeflateDecoder;
use serde::Deserialize;

/// Largest member that is read.
const LARGEST: usize = 64 << 20;

#[derive(Deserialize)]
struct Module {
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "Dir")]
    folder: String,
}

/// How a plan's configuration differs from a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mismatch {
    /// The file cannot be read as a plan.
    Unreadable(String),
    /// A configuration file has other content, is missing or is one too many.
    File(String),
}

/// Compares every configuration file in the plan with the release's files, and
/// every configuration file of the release's modules with the plan's.
pub(crate) fn check_configuration(
    plan: &[u8],
    files: &BTreeMap<String, Vec<u8>>,
) -> Result<(), Mismatch> {
    let members = unzip(plan).map_err(Mismatch::Unreadable)?;
    let modules = members
        .get("tfconfig/modules.json")
        .ok_or_else(|| Mismatch::Unreadable(String::from("it holds no configuration")))?;
    let modules: Vec<Module> =
        serde_json::from_slice(modules).map_err(|error| Mismatch::Unreadable(error.to_string()))?;
    let mut known = 0;
    for module in &modules {
        let prefix = format!("tfconfig/m-{}/", module.key);
        let folder = match module.folder.as_str() {
            "." | "" => String::new(),
            folder => format!("{folder}/"),
        };
        let inside = |path: &str, prefix: &str| {
            path.strip_prefix(prefix)
                .filter(|name| !name.contains('/'))
                .map(str::to_owned)
        };
        for (path, bytes) in &members {
            let Some(name) = inside(path, &prefix) else {
                continue;
            };
            known += 1;
            let released = format!("{folder}{name}");
            if files.get(&released) != Some(bytes) {
                return Err(Mismatch::File(released));
            }
        }
        for path in files.keys() {
            let configuration = inside(path, &folder)
                .filter(|name| name.ends_with(".tf") || name.ends_with(".tf.json"));
            if let Some(name) = configuration
                && !members.contains_key(&format!("{prefix}{name}"))
            {
                return Err(Mismatch::File(path.clone()));
            }
        }
    }
    let all = members
        .keys()
        .filter(|path| path.starts_with("tfconfig/m-"))
        .count();
    if known == all && known > 0 {
        Ok(())
    } else {
        Err(Mismatch::Unreadable(String::from(
            "it holds files of no module",
        )))
    }
}

/// The members of a zip archive (PKWARE APPNOTE 4.3), stored or deflated.
fn unzip(archive: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let bad = || String::from("it is not a zip archive");
    // The end record is the last 22 bytes and a comment of at most 64 KiB.
    let from = archive.len().saturating_sub(22 + 0xffff);
    let tail = archive.get(from..).ok_or_else(bad)?;
    let end = from
        + tail
            .windows(4)
            .rposition(|window| window == b"PK\x05\x06")
            .ok_or_else(bad)?;
    let count = u16_at(archive, end + 10).ok_or_else(bad)?;
    let mut at = u32_at(archive, end + 16).ok_or_else(bad)?;
    let mut members = BTreeMap::new();
    for _ in 0..count {
        if archive.get(at..at + 4) != Some(b"PK\x01\x02") {
            return Err(bad());
        }
        let field = |offset| u16_at(archive, at + offset).ok_or_else(bad);
        let (method, name, extra, comment) = (field(10)?, field(28)?, field(30)?, field(32)?);
        let packed = u32_at(archive, at + 20).ok_or_else(bad)?;
        let size = u32_at(archive, at + 24).ok_or_else(bad)?;
        let local = u32_at(archive, at + 42).ok_or_else(bad)?;
        let path = archive.get(at + 46..at + 46 + name).ok_or_else(bad)?;
        let path = std::str::from_utf8(path).map_err(|_| bad())?;
        let skip = u16_at(archive, local + 26).ok_or_else(bad)?
            + u16_at(archive, local + 28).ok_or_else(bad)?;
        let start = local + 30 + skip;
        let data = archive.get(start..start + packed).ok_or_else(bad)?;
        // Only the configuration is of interest; state and plan can be large.
        if path.starts_with("tfconfig/") {
            let bytes = unpack(method, data, size)
                .ok_or_else(|| format!("its member {path} cannot be unpacked"))?;
            if members.insert(path.to_owned(), bytes).is_some() {
                return Err(format!("it holds {path} twice"));
            }
        }
        at += 46 + name + extra + comment;
    }
    Ok(members)
}

fn unpack(method: usize, data: &[u8], size: usize) -> Option<Vec<u8>> {
    if size > LARGEST {
        return None;
    }
    let bytes = match method {
        0 => data.to_vec(),
        8 => {
            let mut bytes = Vec::new();
            let mut limited = DeflateDecoder::new(data).take(size as u64 + 1);
            limited.read_to_end(&mut bytes).ok()?;
            bytes
        }
        _ => return None,
    };
    (bytes.len() == size).then_some(bytes)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    let two: [u8; 2] = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
    Some(usize::from(u16::from_le_bytes(two)))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(four)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A zip archive of stored members.
    fn zip(members: &[(&str, &str)]) -> Vec<u8> {
        let mut archive = Vec::new();
        let mut directory = Vec::new();
        for (path, text) in members {
            let local = u32::try_from(archive.len()).expect("small");
            let size = u32::try_from(text.len()).expect("small").to_le_bytes();
            let name = u16::try_from(path.len()).expect("small").to_le_bytes();
            archive.extend(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0");
            archive.extend([size, size].concat());
            archive.extend([&name[..], &[0, 0], path.as_bytes(), text.as_bytes()].concat());
            directory.extend(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0");
            directory.extend([size, size].concat());
            directory.extend([&name[..], &[0; 12], &local.to_le_bytes(), path.as_bytes()].concat());
        }
        let start = u32::try_from(archive.len()).expect("small").to_le_bytes();
        let length = u32::try_from(directory.len()).expect("small").to_le_bytes();
        let count = u16::try_from(members.len()).expect("small").to_le_bytes();
        archive.extend(&directory);
        archive.extend(b"PK\x05\x06\0\0\0\0");
        archive.extend([&count[..], &count, &length, &start, &[0, 0]].concat());
        archive
    }

    const MODULES: &str =
        r#"[{"Key":"","Dir":"."},{"Key":"a.b","Source":"./m","Dir":"modules/m"}]"#;

    fn files() -> BTreeMap<String, Vec<u8>> {
        [
            ("main.tf", "root"),
            ("modules/m/main.tf", "module"),
            ("modules/m/f.txt", "file"),
            ("SHA256SUMS", ""),
        ]
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .into()
    }

    #[test]
    fn compares_both_ways() {
        let good = [
            ("tfplan", "x"),
            ("tfconfig/m-/main.tf", "root"),
            ("tfconfig/m-a.b/main.tf", "module"),
            ("tfconfig/modules.json", MODULES),
        ];
        assert_eq!(check_configuration(&zip(&good), &files()), Ok(()));
        let mut edited = good;
        edited[2].1 = "other";
        let file = |path: &str| Err(Mismatch::File(path.to_owned()));
        assert_eq!(
            check_configuration(&zip(&edited), &files()),
            file("modules/m/main.tf")
        );
        let mut added = files();
        added.insert("z_override.tf".into(), Vec::new());
        assert_eq!(
            check_configuration(&zip(&good), &added),
            file("z_override.tf")
        );
        let mut removed = files();
        removed.remove("main.tf");
        assert_eq!(check_configuration(&zip(&good), &removed), file("main.tf"));
        let mut stray = good;
        stray[2].0 = "tfconfig/m-other/main.tf";
        assert!(check_configuration(&zip(&stray), &files()).is_err());
    }

    #[test]
    fn torn_archives_are_unreadable() {
        let whole = zip(&[
            ("tfconfig/m-/main.tf", "root"),
            ("tfconfig/modules.json", MODULES),
        ]);
        for length in 0..whole.len() {
            let result = check_configuration(&whole[..length], &files());
            assert!(result.is_err(), "{length}");
        }
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 0xff;
            // Any answer but a crash; most flips are noticed.
            let _ = check_configuration(&flipped, &files());
        }
    }
}
