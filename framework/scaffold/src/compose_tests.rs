use super::*;
use crate::catalog::{STARTERS, starter};

fn answers(pairs: &[(&str, &str)]) -> Answers {
    pairs
        .iter()
        .map(|(name, answer)| ((*name).to_owned(), (*answer).to_owned()))
        .collect()
}

fn text<'a>(files: &'a [File], path: &str) -> &'a str {
    let file = files.iter().find(|file| file.path == path).unwrap();
    std::str::from_utf8(&file.bytes).unwrap()
}

#[test]
fn defaults_work_and_read_earlier_answers() {
    let files = scaffold(&STARTERS[0], &answers(&[("name", "wile")])).unwrap();
    assert!(text(&files, "terrace.hcl").contains("platform \"wile\""));
    assert!(text(&files, "terrace.hcl").contains("\"infra.wile.example\""));
    assert!(files.iter().any(|file| file.path == ".gitignore"));
    assert!(!files.iter().any(|file| file.path.contains("dot_")));
}

#[test]
fn zones_are_those_that_a_region_has() {
    let eks = starter("eks").unwrap();
    for (region, zones) in [
        (
            "eu-west-1",
            "\"${env.aws_region}a\", \"${env.aws_region}b\", \"${env.aws_region}c\"",
        ),
        (
            "ca-central-1",
            "\"${env.aws_region}a\", \"${env.aws_region}b\", \"${env.aws_region}d\"",
        ),
        (
            "us-west-1",
            "\"${env.aws_region}a\", \"${env.aws_region}c\"",
        ),
    ] {
        let files = scaffold(eks, &answers(&[("region", region)])).unwrap();
        let layer = text(&files, "base/aws.hcl");
        assert!(
            layer.contains(&format!("aws_zones  = [{zones}]\n")),
            "{layer}"
        );
    }
}

#[test]
fn everything_wrong_is_said_at_once() {
    let problems = scaffold(
        &STARTERS[0],
        &answers(&[("name", "Acme"), ("domian", "a.b"), ("region", "a b")]),
    )
    .unwrap_err();
    let codes: Vec<_> = problems.iter().map(|problem| problem.code.id).collect();
    // The domain's default reads the name, but is not a second mistake.
    assert_eq!(codes, ["E1202", "E1203", "E1203"]);
    assert!(problems[0].help[0].contains("domain"));
}

#[test]
fn unknown_starters_name_the_near_one() {
    let problem = starter("loacl").unwrap_err();
    assert_eq!(problem.code.id, "E1201");
    assert_eq!(problem.help[0], "did you mean `local`?");
}

#[test]
fn a_template_without_its_value_is_an_error() {
    let problem = Filler::new().fill("x", "{{ nothing }}").unwrap_err();
    assert_eq!(problem.code.id, "E1204");
}

#[test]
fn a_template_that_comes_out_empty_is_no_file() {
    let mut filler = Filler::new();
    filler.context.insert("on", &false);
    let template = b"{% if on %}\nx = 1\n{% endif %}\n";
    assert_eq!(file("a.hcl.tera", template, &filler), Ok(None));
}

#[test]
fn folders_are_not_prefixes() {
    static FILES: &[(&str, &[u8])] = &[
        ("local-x/a", b"1"),
        ("local/a", b"2"),
        ("local/b/c", b"3"),
        ("locale/a", b"4"),
    ];
    let found: Vec<_> = below(FILES, "local").collect();
    assert_eq!(found, [("a", &b"2"[..]), ("b/c", &b"3"[..])]);
}
