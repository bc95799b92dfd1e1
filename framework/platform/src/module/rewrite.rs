//! Calls of remote modules in the copy that a root gets: they name the local
//! copy, which lies in the root, too. The vendored files themselves stay as
//! their authors wrote them.

use std::sync::Arc;

use terrace_diag::{SourceMap, Span};
use terrace_source::path;

use super::inspect::Call;

/// What becomes of texts in module files.
#[derive(Debug, Default)]
pub(super) struct Edits {
    /// A place, and what stands there instead; `None` takes its line out.
    all: Vec<(Span, Option<String>)>,
}

impl Edits {
    /// A call in `folder` of what lies in `target`.
    pub(super) fn call(&mut self, call: &Call, folder: &str, target: &str) {
        let relative = path::relative(folder, target);
        let relative = match relative.starts_with("..") {
            true => relative,
            false => format!("./{relative}"),
        };
        self.all.push((call.span, Some(format!("\"{relative}\""))));
        // A path has no version.
        self.all.extend(call.version_span.map(|span| (span, None)));
    }

    /// The bytes of a file as a root gets them, laid out as `terraform fmt`
    /// does where they were changed or are somebody else's.
    pub(super) fn apply(
        &self,
        path: &str,
        bytes: Arc<[u8]>,
        foreign: bool,
        sources: &SourceMap,
    ) -> Arc<[u8]> {
        if !path.ends_with(".tf") {
            return bytes;
        }
        let mut here: Vec<&(Span, Option<String>)> = self
            .all
            .iter()
            .filter(|(span, _)| {
                sources
                    .get(span.file)
                    .is_some_and(|file| file.path() == path)
            })
            .collect();
        if here.is_empty() && !foreign {
            return bytes;
        }
        let Ok(text) = std::str::from_utf8(&bytes) else {
            return bytes;
        };
        here.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        let mut text = text.to_owned();
        for (span, new) in here {
            let (start, end) = (span.start as usize, span.end as usize);
            if text.get(start..end).is_none() {
                continue;
            }
            match new {
                Some(new) => text.replace_range(start..end, new),
                None => {
                    let from = text[..start].rfind('\n').map_or(0, |at| at + 1);
                    let to = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
                    text.replace_range(from..to, "");
                }
            }
        }
        match terrace_hcl::format(&text) {
            Ok(formatted) => formatted.into_bytes().into(),
            Err(_) => text.into_bytes().into(),
        }
    }
}
