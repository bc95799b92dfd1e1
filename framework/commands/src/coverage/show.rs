//! A report for people and programs: counts first, then every leaf with its place.

use terrace_promotion::coverage::{Class, Item, Report};

/// Lines of leaves in a text; `--json` has all of them.
const LINES: usize = 40;

/// `coverage ops -> apps: 67% of 3 changed values (2 exercised, 1 masked)`
pub(crate) fn summary(from: &str, to: &str, report: &Report) -> String {
    if report.items.is_empty() {
        return format!("coverage {from} -> {to}: no value changes");
    }
    let mut parts: Vec<String> = [
        Class::Exercised,
        Class::Masked,
        Class::TargetOnly,
        Class::Idle,
    ]
    .into_iter()
    .filter(|class| report.count(*class) > 0)
    .map(|class| format!("{} {}", report.count(class), words(class, from, to)))
    .collect();
    let covered = report
        .items
        .iter()
        .filter(|item| item.covered_by.is_some())
        .count();
    if covered > 0 {
        parts.push(format!("{covered} covered by a gate"));
    }
    let values = match report.items.len() {
        1 => "1 changed value",
        _ => "changed values",
    };
    let many = match report.items.len() {
        1 => String::from(values),
        count => format!("{count} {values}"),
    };
    format!(
        "coverage {from} -> {to}: {}% of {many} ({})",
        report.percent(),
        parts.join(", ")
    )
}

fn words(class: Class, from: &str, to: &str) -> String {
    match class {
        Class::Exercised => String::from("exercised"),
        Class::Masked => String::from("masked"),
        Class::TargetOnly => format!("{to} only"),
        Class::Idle => format!("idle in {from}"),
    }
}

/// What stands behind the name of a leaf.
fn why(item: &Item, from: &str, to: &str) -> String {
    let mut text = match (&item.masked_by, item.class) {
        (Some(place), _) => format!("masked by {place}"),
        (None, Class::Masked) => format!("taken away in {from}"),
        (None, Class::Idle) => format!("the bytes of {from} do not change"),
        (None, class) => words(class, from, to),
    };
    if let Some(pattern) = &item.covered_by {
        text.push_str(&format!(", covered by {pattern}"));
    }
    text
}

/// The summary and the name of the list, where the leaves stand elsewhere.
pub(crate) fn brief(from: &str, to: &str, report: &Report) -> String {
    let list = report.digest();
    let list = list.map_or_else(String::new, |list| format!("  list {list}\n"));
    format!("{}\n{list}", summary(from, to, report))
}

/// The summary, and a line for each leaf that the source did not exercise.
pub(crate) fn text(from: &str, to: &str, report: &Report) -> String {
    let mut out = format!("{}\n", summary(from, to, report));
    let open: Vec<&Item> = not_exercised(report).collect();
    for item in open.iter().take(LINES) {
        out.push_str(&format!(
            "  {} .{}  {}  {}\n",
            item.name.component,
            item.name.path,
            item.place,
            why(item, from, to)
        ));
    }
    if open.len() > LINES {
        out.push_str(&format!("  and {} more (--json)\n", open.len() - LINES));
    }
    if let Some(list) = report.digest() {
        out.push_str(&format!("  list {list}\n"));
    }
    out
}

fn not_exercised(report: &Report) -> impl Iterator<Item = &Item> {
    let other = |item: &&Item| item.class != Class::Exercised;
    report.items.iter().filter(other)
}

/// The same for a pull request.
pub(crate) fn markdown(from: &str, to: &str, report: &Report) -> String {
    let mut out = format!("**{}**\n", summary(from, to, report));
    let open: Vec<&Item> = not_exercised(report).collect();
    if open.is_empty() {
        return out;
    }
    out.push_str(&format!(
        "\nWhat {from} will not exercise:\n\n| value | place | why |\n|---|---|---|\n"
    ));
    let cell = |text: &str| text.replace('|', "\\|").replace('`', "'");
    for item in open.iter().take(LINES) {
        out.push_str(&format!(
            "| `{} .{}` | `{}` | {} |\n",
            cell(&item.name.component),
            cell(&item.name.path),
            cell(&item.place),
            cell(&why(item, from, to))
        ));
    }
    if open.len() > LINES {
        out.push_str(&format!("\nand {} more\n", open.len() - LINES));
    }
    out
}

/// A report for programs.
pub(crate) fn json(from: &str, to: &str, report: &Report) -> serde_json::Value {
    let text = report.to_json().to_canonical();
    let mut out: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    out["from"] = from.into();
    out["to"] = to.into();
    out
}
