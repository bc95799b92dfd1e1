//! Expressions with what `terraform console` prints for them, one table per
//! subject in `tests/tables`. With `TERRACE_ORACLE=1` the tables are compared
//! with Terraform itself, with `TERRACE_ORACLE=write` they are made anew.

mod support;

use std::path::PathBuf;

use support::Case;

fn tables() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/tables");
    let mut tables: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the tables")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    tables.sort();
    tables
}

#[test]
fn results_are_terraforms() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for table in tables() {
        for case in support::read_table(&table) {
            count += 1;
            let got = support::ours(&case.expression, &support::SCOPE);
            if got != case.expected {
                let why = support::ours_value(&case.expression, &support::SCOPE)
                    .err()
                    .unwrap_or_default();
                wrong.push(format!(
                    "{}\n  terraform: {}\n  ours:      {got}\n{why}",
                    case.expression, case.expected
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn tables_are_what_terraform_says() {
    let mode = support::oracle_mode();
    if mode.is_empty() {
        support::note("skipped: tables_are_what_terraform_says: TERRACE_ORACLE is not set");
        return;
    }
    if !support::available("tables_are_what_terraform_says") {
        return;
    }
    for table in tables() {
        let cases = support::read_table(&table);
        let expressions: Vec<String> = cases.iter().map(|c| c.expression.clone()).collect();
        let answers = support::oracle(&expressions, "");
        let made: Vec<Case> = expressions
            .into_iter()
            .zip(answers)
            .map(|(expression, expected)| Case {
                expression,
                expected,
            })
            .collect();
        if mode == "write" {
            support::write_table(&table, &made);
            continue;
        }
        for (case, made) in cases.iter().zip(&made) {
            assert_eq!(case.expected, made.expected, "{}", case.expression);
        }
    }
}
