//! `terrace help CODE`: what an error code means.

use serde_json::json;
use terrace_diag::{Code, Diagnostic, closest};

use crate::{Outcome, codes};

/// The codes of every crate, sorted.
pub fn all() -> Vec<&'static Code> {
    let mut out: Vec<&Code> = [
        terrace_source::codes::CODES,
        terrace_yaml::codes::CODES,
        terrace_hcl::codes::CODES,
        terrace_eval::codes::CODES,
        terrace_layers::codes::CODES,
        terrace_platform::codes::CODES,
        terrace_kustomize::codes::CODES,
        terrace_release::codes::CODES,
        terrace_render::codes::CODES,
        terrace_exec::codes::CODES,
        terrace_git::codes::CODES,
        terrace_terraform::codes::CODES,
        terrace_gates::codes::CODES,
        terrace_evidence::codes::CODES,
        terrace_promotion::codes::CODES,
        terrace_scaffold::CODES,
        terrace_lock::codes::CODES,
        terrace_vendor::codes::CODES,
        codes::CODES,
        crate::ledger::codes::CODES,
    ]
    .concat();
    out.sort_by_key(|code| code.id);
    out
}

/// Explains a code, given by id or by name.
pub fn run(wanted: &str) -> Outcome {
    let all = all();
    let found = all
        .iter()
        .find(|code| code.id.eq_ignore_ascii_case(wanted) || code.slug == wanted);
    match found {
        Some(code) => {
            let text = format!("{} {}\n\n{}\n", code.id, code.slug, wrap(code.explain, 80));
            let json = json!({ "code": code.id, "name": code.slug, "explanation": code.explain });
            Outcome::data(text, json, crate::compile::Messages::default())
        }
        None => {
            let upper = wanted.to_uppercase();
            let near = closest(&upper, all.iter().map(|code| code.id))
                .or_else(|| closest(wanted, all.iter().map(|code| code.slug)));
            Outcome::error(
                Diagnostic::error(&codes::UNKNOWN_CODE, format!("there is no code `{wanted}`"))
                    .maybe_help(near.map(|near| format!("did you mean `{near}`?"))),
            )
        }
    }
}

/// Breaks lines at spaces.
fn wrap(text: &str, width: usize) -> String {
    let mut out = String::new();
    for (at, paragraph) in text.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let mut column = 0;
        for word in paragraph.split(' ') {
            let length = word.chars().count();
            if column > 0 && column + 1 + length > width {
                out.push('\n');
                column = 0;
            } else if column > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += length;
        }
    }
    out
}
