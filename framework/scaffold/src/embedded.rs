//! The files that are part of the program, sorted by path.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// A list of files, sorted by path relative to the folder they come from.
pub(crate) type Files = &'static [(&'static str, &'static [u8])];

/// The files below a folder, with their paths relative to it.
pub(crate) fn below(
    files: Files,
    folder: &str,
) -> impl Iterator<Item = (&'static str, &'static [u8])> + use<'_> {
    let start = files.partition_point(|(path, _)| *path < folder);
    files[start..]
        .iter()
        .take_while(move |(path, _)| path.starts_with(folder))
        .filter_map(move |(path, bytes)| {
            let rest = path.strip_prefix(folder)?.strip_prefix('/')?;
            Some((rest, *bytes))
        })
}
