//! Generated expressions, evaluated by us and by `terraform console`.

mod support;

use support::generate::Generator;

/// Where Terraform and we differ on purpose, see `DEVIATIONS.md`.
fn deviates(expression: &str, terraform: &str) -> bool {
    let panics = ["setunion(", "setintersection("];
    terraform.starts_with("refused:")
        || terraform == support::FAILED && panics.iter().any(|name| expression.contains(name))
}

fn compare(test: &str, functions: bool) {
    if !support::available(test) {
        return;
    }
    let mut generator = Generator::new(support::seed(), &[], functions);
    let expressions: Vec<String> = (0..support::cases(600))
        .map(|_| generator.expression())
        .collect();
    let answers = support::oracle(&expressions, "");
    let mut wrong = Vec::new();
    let mut failing = 0;
    for (expression, terraform) in expressions.iter().zip(&answers) {
        let ours = support::ours(expression, &support::SCOPE);
        failing += usize::from(terraform == support::FAILED);
        if ours != *terraform && !deviates(expression, terraform) {
            let why = support::ours_value(expression, &support::SCOPE)
                .err()
                .unwrap_or_default();
            wrong.push(format!(
                "{expression}\n  terraform: {terraform}\n  ours:      {ours}\n{why}"
            ));
        }
    }
    support::note(&format!(
        "{test}: {} expressions, {failing} of them fail",
        expressions.len()
    ));
    wrong.sort_by_key(String::len);
    let count = wrong.len();
    wrong.truncate(15);
    assert!(wrong.is_empty(), "{count} differ:\n{}", wrong.join("\n\n"));
}

#[test]
fn generated_expressions() {
    compare("generated_expressions", false);
}

#[test]
fn generated_expressions_with_functions() {
    compare("generated_expressions_with_functions", true);
}
