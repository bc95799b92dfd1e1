//! `terrace diff --markdown`: a change for the people who review it, as the text
//! of a pull request's comment.

use terrace_promotion::coverage::Report;

use super::Change;
use crate::coverage;

/// A hidden mark, by which a comment is found again and updated in place.
const MARK: &str = "<!-- terrace:diff -->";

/// GitHub takes 65,536 characters in a comment.
const LARGEST: usize = 60_000;

/// The comment: what is not exercised first, then the folders, then their lines.
pub(super) fn comment(changes: &[Change], edges: &[(String, String, Report)]) -> String {
    let mut out = format!("{MARK}\n");
    if changes.is_empty() {
        out.push_str("No environment changes.\n");
        return out;
    }
    for (from, to, report) in edges {
        out.push_str(&coverage::markdown(from, to, report));
        out.push('\n');
    }
    out.push_str("| folder | lines |\n|---|---|\n");
    for change in changes {
        let (added, removed) = change.lines();
        out.push_str(&format!("| `{}` | +{added} -{removed} |\n", change.name));
    }
    for change in changes {
        let lines: String = change
            .files
            .iter()
            .map(|file| file.lines.as_str())
            .collect();
        // What is in it ends at a fence that is longer than any in it.
        let fence = fence(&lines);
        let block = format!(
            "\n<details><summary>{}</summary>\n\n{fence}diff\n{lines}{fence}\n</details>\n",
            change.name
        );
        if out.len() + block.len() > LARGEST {
            out.push_str("\nThe lines of the other folders: `terrace diff`\n");
            break;
        }
        out.push_str(&block);
    }
    out
}

fn fence(text: &str) -> String {
    let longest = text
        .split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

#[cfg(test)]
mod tests {
    use super::fence;

    #[test]
    fn a_fence_is_longer_than_any_inside() {
        assert_eq!(fence("a\n"), "```");
        assert_eq!(fence("a ``` b ```` c"), "`````");
    }
}
