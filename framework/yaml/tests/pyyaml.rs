//! PyYAML as a reader of YAML 1.1 that is not ours.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a test asks another program, or says that it is not there"
)]

use std::io::Write as _;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use terrace_yaml::resolve::{self, Value};
use terrace_yaml::{Mapping, NO_SPAN, Node, emit, json};

type Failure = Box<dyn std::error::Error>;

/// Runs a Python program with PyYAML on some input; `None` (said aloud) if there
/// is none.
fn python(test: &str, program: &str, input: &str) -> Result<Option<String>, Failure> {
    let probe = Command::new("python3").args(["-c", "import yaml"]).output();
    if !probe.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: {test}: there is no python3 with PyYAML");
        return Ok(None);
    }
    let mut child = Command::new("python3")
        .args(["-c", program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().ok_or("no stdin")?;
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output()?;
    writer.join().map_err(|_| "writer")??;
    assert!(output.status.success());
    Ok(Some(String::from_utf8(output.stdout)?))
}

/// Plain texts that look like something.
fn plain_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[-+]?[0-9]{1,4}",
        "[-+]?0[0-9xbo_]{1,4}",
        "[-+]?[0-9_]{1,3}[.:eE][-+]?[0-9_]{0,3}",
        "[-+]?[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2})?(\\.[0-9]{0,2})?",
        "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ][0-9]{1,2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{0,2})?( ?Z|[-+][0-9]{1,2})?)?",
        "[-+]?\\.([0-9_]{1,3}|inf|nan|NAN|Inf)",
        "[-+0-9_.eE:xb]{1,6}",
        "[yYnNoOtTfF][a-zA-Z]{0,4}",
        prop::sample::select(vec![
            "yes", "Yes", "no", "NO", "on", "off", "OFF", "y", "n", "~", "null", "Null", "true",
            "TRUE", "=", "<<", "abc",
        ])
        .prop_map(String::from),
    ]
}

#[test]
fn texts_that_mean_something_else_are_found() -> Result<(), Failure> {
    let mut runner = TestRunner::deterministic();
    let mut texts = Vec::new();
    for _ in 0..4_000 {
        texts.push(
            plain_text()
                .new_tree(&mut runner)
                .map_err(|reason| reason.to_string())?
                .current(),
        );
    }
    // Those are no scalars.
    texts.retain(|text| !text.ends_with(':') && text != "-");
    // Dates that do not exist are an error there; that counts as different.
    let program = "
import sys, yaml
for line in sys.stdin.read().split('\\n'):
    try:
        value = yaml.safe_load('- ' + line)[0] if line not in ('=', '<<') else ()
    except Exception:
        print('error'); continue
    if isinstance(value, bool): print('bool', str(value).lower())
    elif value is None: print('null')
    elif isinstance(value, int): print('int', value)
    elif isinstance(value, float): print('float', repr(value))
    elif isinstance(value, str): print('str')
    else: print('other')
";
    let name = "texts_that_mean_something_else_are_found";
    let Some(output) = python(name, program, &texts.join("\n"))? else {
        return Ok(());
    };
    for (text, theirs) in texts.iter().zip(output.lines()) {
        let ours = match resolve::core_text(text) {
            Value::Null => String::from("null"),
            Value::Bool(value) => format!("bool {value}"),
            Value::Int(value) => format!("int {value}"),
            Value::Uint(value) => format!("int {value}"),
            Value::Float(value) => format!("float {value:?}").to_lowercase(),
            _ => String::from("str"),
        };
        let theirs = theirs
            .to_lowercase()
            .replace("e-0", "e-")
            .replace("e+", "e");
        if ours.replace("e-0", "e-") != theirs {
            assert!(
                resolve::yaml11_reading(text).is_some(),
                "{text}: {ours} is {theirs} there"
            );
        }
    }
    Ok(())
}

fn hard_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => plain_text(),
        1 => "[ \\-:#?,\\[\\]{}&*!|>'\"%@`\\\\\n\t]{1,3}",
        1 => "[\\PC]{1,3}",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

#[test]
fn safe_yaml_means_the_same_there() -> Result<(), Failure> {
    let mut runner = TestRunner::deterministic();
    let mut input = String::new();
    for _ in 0..2_000 {
        let texts = prop::collection::vec(hard_text(), 4);
        let texts = texts
            .new_tree(&mut runner)
            .map_err(|reason| reason.to_string())?
            .current();
        // Large whole floats are integers in JSON.
        let float = any::<f64>().prop_filter("JSON", |f| {
            f.is_finite() && (f.fract() != 0.0 || f.abs() < 1e15)
        });
        let numbers = (any::<i64>(), float);
        let (whole, float) = numbers
            .new_tree(&mut runner)
            .map_err(|reason| reason.to_string())?
            .current();
        let string = |at: usize| Node::string(texts[at].as_str(), NO_SPAN);
        let items = vec![
            string(0),
            Node::plain(whole.to_string(), NO_SPAN),
            Node::plain(format!("{float:e}"), NO_SPAN),
            Node::null(NO_SPAN),
            Node::sequence(vec![string(1)], NO_SPAN),
        ];
        let mapping: Mapping = [
            (string(2), Node::sequence(items, NO_SPAN)),
            (Node::string("k", NO_SPAN), string(3)),
        ]
        .into_iter()
        .collect();
        let node = Node::mapping(mapping, NO_SPAN);
        let mut text = String::new();
        emit::safe(&node, &mut text);
        let mut expected = String::new();
        if texts[2] == "k" || json::write(&node, &mut expected).is_err() {
            continue;
        }
        json::write_string(&text, &mut input);
        input.push('\n');
        input.push_str(&expected);
        input.push('\n');
    }
    let program = "
import sys, json, yaml
lines = sys.stdin.read().split('\\n')
for at in range(0, len(lines) - 1, 2):
    text = json.loads(lines[at])
    try:
        same = yaml.safe_load(text) == json.loads(lines[at + 1])
    except Exception as error:
        same = False
    if not same: print(repr(text))
";
    if let Some(output) = python("safe_yaml_means_the_same_there", program, &input)? {
        assert_eq!(output, "");
    }
    Ok(())
}
