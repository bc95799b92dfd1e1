//! Error codes of this crate: E0801 to E0809.

terrace_diag::codes! {
    /// A program that is not there.
    PROGRAM_MISSING = "E0801", "program-missing",
        "A program that this command needs was not found, or the file is not executable.\n\n\
         Programs are looked for in the folders of PATH; relative folders in PATH are left out, \
         so that a file of the working directory is never started by its bare name.";
    /// A program that could not be started.
    PROGRAM_NOT_STARTED = "E0802", "program-not-started",
        "The operating system refused to start a program: no permission, a missing interpreter \
         in its first line, a wrong architecture, or no memory or process left.";
    /// A program that did not end even when it was killed.
    PROGRAM_STUCK = "E0803", "program-stuck",
        "A program was told to stop, then killed, and is still there. It waits in the kernel, \
         usually for a network file system or a device. Nothing it holds was released.";
}
