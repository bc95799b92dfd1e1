use std::io::Write as _;

use proptest::prelude::*;

use super::*;

fn limits() -> Limits {
    Limits {
        unpacked: 1 << 20,
        file: 1 << 20,
        files: 100,
        ..Limits::default()
    }
}

fn tar_bytes() -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (path, text) in [("a.tf", "x"), ("sub/b.tf", "yy")] {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        let added = builder.append_data(&mut header, path, text.as_bytes());
        added.expect("adds");
    }
    builder.into_inner().expect("finishes")
}

fn zip_bytes() -> Vec<u8> {
    let mut writer = ::zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, text) in [("a.tf", "x"), ("sub/b.tf", "yy")] {
        let options = ::zip::write::SimpleFileOptions::default();
        writer.start_file(path, options).expect("starts");
        writer.write_all(text.as_bytes()).expect("writes");
    }
    writer.finish().expect("finishes").into_inner()
}

/// Whatever was unpacked has names that stay inside.
fn is_safe(tree: &Tree) -> bool {
    tree.paths().iter().all(|path| {
        terrace_source::path::resolve("", path).as_deref() == Some(*path)
            && !path.to_lowercase().split('/').any(|part| part == ".git")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Damaged archives end in an error or in safe names, never in a panic.
    #[test]
    fn damage_is_survived(
        kind in 0..3_usize,
        at in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let (kind, mut bytes) = match kind {
            0 => (ArchiveKind::Tar, tar_bytes()),
            1 => (ArchiveKind::Zip, zip_bytes()),
            _ => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                encoder.write_all(&tar_bytes()).expect("packs");
                (ArchiveKind::TarGz, encoder.finish().expect("packs"))
            }
        };
        for (index, value) in at {
            let at = index.index(bytes.len());
            bytes[at] = value;
        }
        if is_cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(tree) = unpack(kind, &bytes, &limits()) {
            prop_assert!(is_safe(&tree));
        }
    }
}
