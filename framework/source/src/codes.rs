//! Codes of reading files.

terrace_diag::codes! {
    /// A file is missing or the system refused to read it.
    UNREADABLE = "E0001", "unreadable-file", "A file that the configuration names, or that belongs to it, could not be read: it is missing, is a folder, or the system refused. The message has the system's reason.";
    /// A symbolic link.
    LINK = "E0002", "symbolic-link", "A render reads regular files below the repository only. A symbolic link may lead out of it and means different bytes on different machines, so it is refused by name. Copy the file instead.";
    /// A path that leaves the repository.
    OUTSIDE = "E0003", "outside-the-repository", "A path leads out of the repository with `..`, or is absolute. What a render reads must be in the repository, so that a commit says everything. Move it into the repository, or vendor it.";
    /// Not UTF-8.
    NOT_UTF8 = "E0004", "not-utf-8", "Configuration files are UTF-8 text. The message names the first byte that is not. Convert the file, for example with `iconv -t UTF-8`.";
    /// Too large.
    TOO_LARGE = "E0005", "file-too-large", "A configuration file is larger than any sensible one (layer files 4 MiB, other files 32 MiB). It is refused before it is read, so that a mistake cannot exhaust the machine.";
}
