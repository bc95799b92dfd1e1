//! Source texts and places in them.

use std::fmt;
use std::sync::{Arc, OnceLock};

/// Names one file of a [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of bytes in one file; `start <= end`, both on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end` of `file`.
    pub const fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// The smallest span that holds both; `other` must be of the same file.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        debug_assert_eq!(self.file, other.file);
        Self::new(
            self.file,
            self.start.min(other.start),
            self.end.max(other.end),
        )
    }
}

/// A place as people count: both from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode scalar values, from 1.
    pub column: u32,
}

impl fmt::Display for LineColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// One text with its path.
#[derive(Debug, Clone)]
pub struct SourceFile {
    path: Arc<str>,
    text: Arc<str>,
    /// Byte offset of the start of each line; made at the first question.
    lines: OnceLock<Arc<[u32]>>,
}

impl SourceFile {
    /// The path as it is shown, relative to the repository, with `/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text, shared.
    pub fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            std::iter::once(0)
                .chain(
                    self.text
                        .bytes()
                        .enumerate()
                        .filter(|(_, b)| *b == b'\n')
                        .map(|(at, _)| at as u32 + 1),
                )
                .collect()
        })
    }

    /// Line and column of a byte offset; an offset past the end means the end.
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let offset = (offset as usize).min(self.text.len());
        let lines = self.lines();
        let line = lines.partition_point(|start| *start as usize <= offset) - 1;
        let before = self.text.get(lines[line] as usize..offset).unwrap_or("");
        LineColumn {
            line: line as u32 + 1,
            column: before.chars().count() as u32 + 1,
        }
    }

    /// Byte range of `line` (from 1) without its line break.
    pub fn line_range(&self, line: u32) -> std::ops::Range<usize> {
        let lines = self.lines();
        let index = (line.max(1) as usize - 1).min(lines.len() - 1);
        let start = lines[index] as usize;
        let end = lines
            .get(index + 1)
            .map_or(self.text.len(), |next| *next as usize - 1);
        start..end
    }

    /// How many lines the text has, at least 1.
    pub fn line_count(&self) -> u32 {
        self.lines().len() as u32
    }
}

/// The texts of one run. Cloning is cheap in bytes: texts are shared.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text and gives it the next id.
    pub fn add(&mut self, path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(SourceFile {
            path: path.into(),
            text: text.into(),
            lines: OnceLock::new(),
        });
        id
    }

    /// Adds all files of another map; its ids then count from the returned one.
    pub fn append(&mut self, other: Self) -> u32 {
        let first = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        self.files.extend(other.files);
        first
    }

    /// The file of an id; `None` for an id of another map.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// All files in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files
            .iter()
            .enumerate()
            .map(|(at, file)| (FileId(at as u32), file))
    }

    /// The text under a span.
    pub fn snippet(&self, span: Span) -> &str {
        self.get(span.file)
            .and_then(|file| file.text().get(span.start as usize..span.end as usize))
            .unwrap_or("")
    }

    /// `path:line:column` of the start of a span.
    pub fn place(&self, span: Span) -> String {
        match self.get(span.file) {
            Some(file) => format!("{}:{}", file.path(), file.line_column(span.start)),
            None => String::from("<unknown>"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters() {
        let mut map = SourceMap::new();
        let id = map.add("a.hcl", "é = 1\nx = 2\n");
        assert_eq!(map.place(Span::new(id, 3, 4)), "a.hcl:1:3");
        assert_eq!(map.place(Span::new(id, 7, 8)), "a.hcl:2:1");
        assert_eq!(map.place(Span::new(id, 999, 999)), "a.hcl:3:1");
        assert_eq!(map.snippet(Span::new(id, 7, 8)), "x");
        let file = map.get(id).expect("added");
        assert_eq!(&file.text()[file.line_range(2)], "x = 2");
        assert_eq!(file.line_count(), 3);
    }
}
