//! Archives that must not be unpacked, and those that may.

use std::collections::BTreeMap;

use terrace_diag::Code;
use terrace_testkit::HttpServer;
use terrace_vendor::{Fetched, Result, codes};

use crate::support::{
    Item, content, executables, file, get, gzip, link, paths, refused, serving, tar, tar_gz,
    with_mode, zip,
};

fn unpack(name: &str, bytes: Vec<u8>) -> Result<Fetched> {
    let path = format!("/{name}");
    let server: HttpServer = serving(BTreeMap::from([(path.clone(), bytes)]));
    get(&server.url(&path))
}

#[test]
fn good_archives_unpack_alike() {
    let tar_items = [
        Item {
            name: b"pax_global_header",
            kind: b'g',
            link: b"",
            bytes: b"14 comment=ab\n",
            mode: 0o644,
        },
        link("./", b'5', ""),
        file("./main.tf", "# a"),
        link("sub", b'5', ""),
        file("sub/x.tf", "# b"),
        link("sub/l.tf", b'2', "../main.tf"),
        link("sub/h.tf", b'1', "./main.tf"),
        file(".github/workflows/x.yml", "x"),
        file(".gitattributes", "* text=auto"),
    ];
    let expected = ["main.tf", "sub/h.tf", "sub/l.tf", "sub/x.tf"];
    for (name, bytes) in [("m.tar", tar(&tar_items)), ("m.tar.gz", tar_gz(&tar_items))] {
        let fetched = unpack(name, bytes).expect(name);
        assert_eq!(paths(&fetched), expected, "{name}");
        assert_eq!(content(&fetched, "sub/l.tf"), b"# a", "{name}");
    }
    let zipped = zip(&[
        ("main.tf", 0, b"# a"),
        ("sub/x.tf", 0, b"# b"),
        ("sub/l.tf", 0o120_777, b"../main.tf"),
        (".gitignore", 0, b"*"),
    ]);
    let fetched = unpack("m.zip", zipped).expect("a zip");
    assert_eq!(paths(&fetched), ["main.tf", "sub/l.tf", "sub/x.tf"]);
    assert_eq!(content(&fetched, "sub/l.tf"), b"# a");
}

/// The owner's bit counts, as in git; no other one is kept.
#[test]
fn executable_bits_are_kept() {
    let items = [
        with_mode("run.sh", 0o755),
        with_mode("own.sh", 0o4700),
        with_mode("group.sh", 0o654),
        with_mode("plain.sh", 0o644),
        link("soft.sh", b'2', "run.sh"),
        link("hard.sh", b'1', "run.sh"),
    ];
    let expected = ["hard.sh", "own.sh", "run.sh", "soft.sh"];
    for (name, bytes) in [("m.tar", tar(&items)), ("m.tar.gz", tar_gz(&items))] {
        let fetched = unpack(name, bytes).expect(name);
        assert_eq!(executables(&fetched), expected, "{name}");
    }
    let zipped = zip(&[
        ("run.sh", 0o755, b"#!"),
        ("plain.sh", 0o644, b"#!"),
        ("none.sh", 0, b"#!"),
        ("soft.sh", 0o120_777, b"run.sh"),
    ]);
    let fetched = unpack("m.zip", zipped).expect("a zip");
    assert_eq!(executables(&fetched), ["run.sh", "soft.sh"]);
}

#[test]
fn names_that_lead_out_are_refused() {
    for name in [
        "../evil",
        "a/../../evil",
        "/etc/evil",
        "C:\\evil",
        "c:evil",
        "a\\..\\..\\evil",
        ".git/hooks/post-checkout",
        "a/.GIT/config",
        "x/git~1/config",
    ] {
        for (archive, bytes) in [
            ("m.tar", tar(&[file("ok", ""), file(name, "evil")])),
            ("m.tgz", tar_gz(&[file("ok", ""), file(name, "evil")])),
            ("m.zip", zip(&[("ok", 0, b""), (name, 0, b"evil")])),
            ("m.tar", tar(&[link(name, b'5', "")])),
        ] {
            let error = refused(unpack(archive, bytes), &codes::UNSAFE_PATH);
            assert!(
                error.message.contains("the source holds"),
                "{}",
                error.message
            );
        }
    }
    let raw = Item {
        name: b"a\xffb",
        kind: b'0',
        link: b"",
        bytes: b"",
        mode: 0o644,
    };
    refused(unpack("m.tar", tar(&[raw])), &codes::UNSAFE_PATH);
}

#[test]
fn names_that_are_one_file_elsewhere_are_refused() {
    for pair in [
        ["Main.tf", "main.tf"],
        ["a/x", "A/y"],
        ["a", "a"],
        ["a", "a/b"],
    ] {
        let items = [file(pair[0], "1"), file(pair[1], "2")];
        refused(unpack("m.tar", tar(&items)), &codes::UNSAFE_PATH);
    }
    let zipped = zip(&[("Main.tf", 0, b"1"), ("main.tf", 0, b"2")]);
    refused(unpack("m.zip", zipped), &codes::UNSAFE_PATH);
}

#[test]
fn links_that_lead_out_and_special_files_are_refused() {
    let cases: [(&str, Vec<Item<'_>>); 9] = [
        ("symbolic, absolute", vec![link("l", b'2', "/etc/passwd")]),
        ("symbolic, upwards", vec![link("a/l", b'2', "../../x")]),
        (
            "symbolic, then through it",
            vec![link("l", b'2', ".."), file("l/x", "")],
        ),
        ("hard, absolute", vec![link("l", b'1', "/etc/passwd")]),
        ("hard, upwards", vec![link("l", b'1', "../x")]),
        ("hard, to nothing", vec![link("l", b'1', "x")]),
        ("character device", vec![link("d", b'3', "")]),
        ("block device", vec![link("d", b'4', "")]),
        ("pipe", vec![link("d", b'6', "")]),
    ];
    for (what, items) in cases {
        let error = unpack("m.tar", tar(&items)).map(drop).expect_err(what);
        assert_eq!(
            error.code.id,
            codes::UNSAFE_ENTRY.id,
            "{what}: {}",
            error.message
        );
    }
    for target in ["/etc/passwd", "../../x"] {
        let zipped = zip(&[("l", 0o120_777, target.as_bytes())]);
        refused(unpack("m.zip", zipped), &codes::UNSAFE_ENTRY);
    }
    // A file below a link would be written through it.
    let through = [link("l", b'2', "a"), file("a/y", ""), file("l/x", "")];
    refused(unpack("m.tar", tar(&through)), &codes::UNSAFE_PATH);
}

#[test]
fn bombs_do_not_go_off() {
    // 38 MiB of nothing in 38 KiB.
    let zeros = vec![0_u8; 29 << 20];
    let many: Vec<String> = (0..201).map(|at| format!("f{at}")).collect();
    let many_items: Vec<Item<'_>> = many.iter().map(|name| file(name, "")).collect();
    let nothing: [u8; 0] = [];
    let many_zip: Vec<(&str, u32, &[u8])> = many
        .iter()
        .map(|name| (name.as_str(), 0, &nothing[..]))
        .collect();
    let large = Item {
        name: b"zeros",
        kind: b'0',
        link: b"",
        bytes: &zeros,
        mode: 0o644,
    };
    let cases: [(&str, Vec<u8>, &Code); 5] = [
        ("m.tar.gz", tar_gz(&[large]), &codes::TOO_LARGE),
        ("m.zip", zip(&[("zeros", 0, &zeros)]), &codes::TOO_LARGE),
        ("m.tar", tar(&many_items), &codes::TOO_LARGE),
        ("m.zip", zip(&many_zip), &codes::TOO_LARGE),
        // Gzip in gzip in gzip: only one layer is ever opened.
        ("m.tar.gz", gzip(&gzip(&zeros)), &codes::INCOMPLETE),
    ];
    for (name, bytes, code) in cases {
        assert!(bytes.len() < 4 << 20, "the bomb itself is small");
        let error = unpack(name, bytes).map(drop).expect_err(name);
        let fine = [code.id, codes::UNREADABLE.id, codes::TOO_LARGE.id];
        assert!(
            fine.contains(&error.code.id),
            "{name}: {} {}",
            error.code.id,
            error.message
        );
    }
}

#[test]
fn damaged_archives_are_refused() {
    let good = tar_gz(&[file("main.tf", &"x y z ".repeat(2000))]);
    let mut flipped = good.clone();
    let at = flipped.len() - 6;
    flipped[at] ^= 0xff;
    let plain = tar(&[file("main.tf", &"x".repeat(3000))]);
    let zipped = zip(&[("main.tf", 0, b"# a")]);
    for (name, bytes) in [
        ("m.tgz", good[..good.len() - 9].to_vec()),
        ("m.tgz", flipped),
        ("m.tgz", b"<html>not found</html>".to_vec()),
        ("m.tar", plain[..1000].to_vec()),
        ("m.zip", zipped[..zipped.len() - 10].to_vec()),
        ("m.zip", b"<html>not found</html>".to_vec()),
        ("m.tgz", Vec::new()),
        ("m.tar", vec![0; 1024]),
    ] {
        let error = unpack(name, bytes).map(drop).expect_err(name);
        let fine = [codes::INCOMPLETE.id, codes::UNREADABLE.id];
        assert!(
            fine.contains(&error.code.id),
            "{name}: {} {}",
            error.code.id,
            error.message
        );
    }
}
