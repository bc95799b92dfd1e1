use super::*;

fn sums(files: &[(&str, &str)]) -> Sums {
    Sums::of_files(files.iter().map(|(path, text)| (*path, text.as_bytes()))).expect("valid")
}

#[test]
fn writes_what_coreutils_write_and_reads_it_back() {
    let sums = sums(&[("b", "2\n"), ("a/x", "1\n"), ("a-b", "3\n")]);
    let text = sums.to_text();
    let paths: Vec<&str> = text.lines().map(|line| &line[66..]).collect();
    // `-` sorts before `/`.
    assert_eq!(paths, ["a-b", "a/x", "b"]);
    assert!(
        text.starts_with("1121cfccd5913f0a63fec40a6ffd44ea64f9dc135c66634ba001d10bcf4302a2  a-b\n")
    );
    assert_eq!(Sums::parse(text.as_bytes()), Ok(sums.clone()));
    assert_eq!(sums.digest(), Digest::of(&text));
}

#[test]
fn accepts_one_spelling_only() {
    let good = sums(&[("a", ""), ("b", "")]).to_text();
    let lines: Vec<&str> = good.lines().collect();
    let cases = [
        (String::new(), "empty"),
        (String::from(good.trim_end()), "line feed"),
        (good.replace("  ", " "), "two spaces"),
        (good.replace("  ", " *"), "two spaces"),
        (good.to_uppercase(), "lower case"),
        (good.replace("  a", "  ./a"), "`.`"),
        (good.replace("  a", "  ../a"), "`..`"),
        (good.replace("  a", "  /a"), "starts or ends"),
        (good.replace("  a", "  a\\n"), "is not a letter"),
        (good.replace('\n', "\r\n"), "is not a letter"),
        (format!("{}\n{}\n", lines[1], lines[0]), "not sorted"),
        (format!("{}\n{}\n", lines[0], lines[0]), "repeated"),
        (
            good.replace("  b", "  A")
                .lines()
                .rev()
                .map(|l| format!("{l}\n"))
                .collect(),
            "case only",
        ),
        (good.replace("  b", "  a/b"), "file and a folder"),
        (good.replace("  a", "  SHA256SUMS"), "itself"),
        (format!("é{good}"), "expected 64"),
    ];
    for (text, why) in cases {
        let error = Sums::parse(text.as_bytes()).expect_err(&text);
        assert!(error.message.contains(why), "{text:?}: {}", error.message);
    }
    assert!(Sums::parse(b"\xff\n").is_err());
}

#[test]
fn names_everything_wrong_with_a_folder_at_once() {
    let sums = sums(&[("gone", "1"), ("main.tf", "2"), ("ok", "3"), ("link", "4")]);
    let faults = sums.check([
        ("main.tf", Found::File(Digest::of("other"))),
        ("ok", Found::File(Digest::of("3"))),
        ("link", Found::Link),
        ("z_override.tf", Found::File(Digest::of(""))),
        ("pipe", Found::Special),
        ("SHA256SUMS", Found::File(Digest::of(""))),
        ("sub/SHA256SUMS", Found::File(Digest::of(""))),
    ]);
    let said: Vec<String> = faults.iter().map(Fault::to_string).collect();
    assert_eq!(said.len(), 6, "{said:?}");
    assert_eq!(said[0], "gone is missing");
    assert_eq!(said[1], "link is a link");
    assert!(said[2].starts_with("main.tf was changed"));
    assert_eq!(said[3], "pipe is neither a file nor a folder");
    assert_eq!(said[4], "sub/SHA256SUMS is not listed in SHA256SUMS");
    assert_eq!(said[5], "z_override.tf is not listed in SHA256SUMS");
}

#[test]
fn a_list_with_bad_names_names_them_all() {
    let error = Sums::of_files([
        ("a b", &b""[..]),
        ("x", b""),
        ("X", b""),
        ("SHA256SUMS", b""),
    ])
    .expect_err("bad");
    assert_eq!(error.len(), 3, "{error:?}");
    assert!(Sums::of_files([]).is_err());
}
