//! The same sources give the same bytes, whatever the surroundings.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use terrace_testkit::Cli;

use crate::support::{TERRACE, files, small, starter};

#[test]
fn surroundings_do_not_matter() {
    let (sandbox, cli) = starter("local");
    let project = sandbox.project().join("p");
    let ran = cli.run(["render"]);
    assert_eq!(ran.code, 0, "{ran}");
    let expected = files(&project.join("rendered"));
    assert!(expected.len() > 20, "{}", expected.len());
    let home = sandbox.path("elsewhere");
    fs::create_dir_all(&home).expect("a folder");
    let top = project.display().to_string();
    for (number, (umask, threads, zone, language, folder, chdir)) in [
        ("022", "1", "UTC", "C", top.as_str(), "."),
        (
            "077",
            "2",
            "Asia/Kathmandu",
            "tr_TR.UTF-8",
            "/",
            top.as_str(),
        ),
        (
            "000",
            "7",
            "America/St_Johns",
            "de_DE.UTF-8",
            top.as_str(),
            "base/..",
        ),
        (
            "027",
            "64",
            "Pacific/Apia",
            "C.UTF-8",
            &format!("{top}/base"),
            "..",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        fs::remove_dir_all(project.join("rendered")).expect("removed");
        let script = format!("umask {umask}; cd {folder} && exec {TERRACE} -C {chdir} render");
        let ran = Cli::new("/bin/sh", &sandbox)
            .variable("RAYON_NUM_THREADS", threads)
            .variable("TZ", zone)
            .variable("LANG", language)
            .variable("LC_ALL", language)
            .variable("HOME", &home.display().to_string())
            .variable("TF_VAR_region", "moon")
            .variable("USER", &format!("user-{number}"))
            .run(["-c", &script]);
        assert_eq!(ran.code, 0, "{ran}");
        assert!(
            files(&project.join("rendered")) == expected,
            "differs: {script}"
        );
    }
}

#[test]
fn copies_in_other_places_and_creation_orders_render_the_same() {
    let sandbox = small();
    let cli = Cli::new(TERRACE, &sandbox);
    assert_eq!(cli.run(["render"]).code, 0);
    let expected = files(&sandbox.project().join("rendered"));
    let mut sources: Vec<(String, Vec<u8>)> = files(&sandbox.project())
        .into_iter()
        .filter(|(path, _)| !path.starts_with("rendered"))
        .collect();
    for name in ["x", "a rather long folder name with spaces", "ü"] {
        // The order of a folder's entries is that of their making on many file systems.
        sources.rotate_left(3);
        sources.reverse();
        let copy = sandbox.path(name);
        for (path, bytes) in &sources {
            let file = copy.join(path);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            fs::write(&file, bytes).expect("a file");
            fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("its mode");
        }
        let ran = cli.clone().folder(&copy).run(["render"]);
        assert_eq!(ran.code, 0, "{ran}");
        assert!(files(&copy.join("rendered")) == expected, "{name}");
    }
}
