//! Git repositories behind `git http-backend`, and on this machine.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use terrace_exec::{Cancel, Command, Context, Environment, Frozen};
use terrace_testkit::{HttpServer, Reply, git_http_backend, variables};
use terrace_vendor::{Policy, codes};

use crate::support::{
    content, entry, executables, fetcher, fetcher_with, get, limits, loopback, package, paths,
    refused,
};

fn git(folder: &Path, args: &[&str]) -> String {
    let variables = variables(folder);
    let program = variables.find("git").expect("git");
    let cancel = Cancel::new();
    let context = Context {
        clock: &Frozen::default(),
        cancel: &cancel,
    };
    let outcome = Command::new(program)
        .args(["-c", "protocol.file.allow=always"])
        .args(args)
        .environment(variables)
        .folder(folder)
        .run_quietly(&context)
        .expect("git runs");
    assert!(outcome.success(), "{args:?}: {}", outcome.stderr.text());
    outcome.stdout.text().trim().to_owned()
}

fn write(folder: &Path, path: &str, text: &str) {
    let full = folder.join(path);
    std::fs::create_dir_all(full.parent().expect("a folder")).expect("made");
    std::fs::write(full, text).expect("written");
}

/// A repository with two commits: tag v1, branch main, branch feature/x.
fn repository(top: &Path) -> (String, String) {
    let work = top.join("r.git");
    std::fs::create_dir_all(&work).expect("a folder");
    git(&work, &["init", "--quiet", "--initial-branch=main"]);
    write(&work, "LICENSE", "MIT");
    write(&work, "modules/a/main.tf", "# one\n");
    write(&work, ".gitignore", "*.log\n");
    write(&work, "modules/a/run.sh", "#!/bin/sh\n");
    let script = work.join("modules/a/run.sh");
    std::fs::set_permissions(script, std::fs::Permissions::from_mode(0o755)).expect("a mode");
    std::os::unix::fs::symlink("../../LICENSE", work.join("modules/a/LICENSE")).expect("a link");
    git(&work, &["add", "."]);
    git(&work, &["commit", "--quiet", "-m", "one"]);
    git(&work, &["tag", "-a", "v1", "-m", "v1"]);
    let first = git(&work, &["rev-parse", "HEAD"]);
    write(&work, "modules/a/main.tf", "# two\n");
    git(&work, &["commit", "--quiet", "-am", "two"]);
    git(&work, &["branch", "feature/x"]);
    let second = git(&work, &["rev-parse", "HEAD"]);
    (first, second)
}

fn serve(top: &Path) -> HttpServer {
    let (folder, variables) = (top.to_owned(), own(top));
    HttpServer::start(move |request| match request.path.strip_prefix("/moved") {
        Some(rest) => Reply::redirect(&format!("{rest}?{}", request.query)),
        None => git_http_backend(&folder, &variables, request),
    })
}

/// The repositories of a test belong to it.
fn own(top: &Path) -> Environment {
    variables(top)
        .with("GIT_CONFIG_COUNT", "1")
        .with("GIT_CONFIG_KEY_0", "safe.directory")
        .with("GIT_CONFIG_VALUE_0", "*")
}

#[test]
fn branches_tags_and_commits_over_http() {
    let top = tempfile::tempdir().expect("a folder");
    let (first, second) = repository(top.path());
    let server = serve(top.path());
    let at = |reference: &str| {
        let address = format!("git::{}{reference}", server.url("/r.git"));
        get(&address).unwrap_or_else(|error| panic!("{address}: {}", error.message))
    };
    for (reference, commit, text) in [
        ("", &second, "# two\n"),
        ("?ref=main", &second, "# two\n"),
        ("?ref=feature/x", &second, "# two\n"),
        ("?ref=v1", &first, "# one\n"),
        (&format!("?ref={first}"), &first, "# one\n"),
        (&format!("?ref={}", &first[..10]), &first, "# one\n"),
        (&format!("?ref={second}"), &second, "# two\n"),
    ] {
        let fetched = at(reference);
        assert_eq!(fetched.commit.as_ref(), Some(commit), "{reference}");
        let found = content(&fetched, "modules/a/main.tf");
        assert_eq!(found, text.as_bytes(), "{reference}");
        assert_eq!(
            paths(&fetched),
            [
                "LICENSE",
                "modules/a/LICENSE",
                "modules/a/main.tf",
                "modules/a/run.sh"
            ]
        );
        assert_eq!(content(&fetched, "modules/a/LICENSE"), b"MIT");
        assert_eq!(executables(&fetched), ["modules/a/run.sh"]);
    }
    let error = refused(
        get(&format!("git::{}?ref=v9", server.url("/r.git"))),
        &codes::NOT_THERE,
    );
    assert!(error.message.contains("`v9`"), "{}", error.message);
    refused(
        get(&format!("git::{}", server.url("/none.git"))),
        &codes::NOT_THERE,
    );
}

#[test]
fn a_pinned_commit_is_fetched_and_nothing_else() {
    let top = tempfile::tempdir().expect("a folder");
    let (first, _) = repository(top.path());
    let server = serve(top.path());
    let address = format!("git::{}?ref=main", server.url("/r.git"));
    let mut entry = terrace_lock::Entry {
        commit: Some(first.clone()),
        ..entry(&address)
    };
    let fetched = fetcher()
        .fetch(&package(&address), "", Some(&entry))
        .expect("fetches");
    assert_eq!(fetched.commit, Some(first));
    entry.commit = Some("1".repeat(40));
    refused(
        fetcher().fetch(&package(&address), "", Some(&entry)),
        &codes::NOT_THERE,
    );
}

#[test]
fn redirects_of_repositories_obey_the_policy() {
    let top = tempfile::tempdir().expect("a folder");
    repository(top.path());
    let server = serve(top.path());
    let moved = format!("git::{}", server.url("/moved/r.git"));
    assert!(get(&moved).is_ok());
    let elsewhere = HttpServer::start(|_| {
        Reply::redirect("https://acme.example/r.git/info/refs?service=git-upload-pack")
    });
    let only_loopback = Policy {
        allowed_hosts: vec![String::from("127.0.0.1")],
        ..loopback()
    };
    let address = format!("git::{}", elsewhere.url("/r.git"));
    let result = fetcher_with(only_loopback, limits()).fetch(&package(&address), "", None);
    assert!(
        refused(result, &codes::FORBIDDEN)
            .message
            .contains("acme.example")
    );
    let page = HttpServer::start(|request| match request.path.as_str() {
        "/page" => Reply::ok("<html>"),
        _ => Reply::redirect("/page"),
    });
    refused(
        get(&format!("git::{}", page.url("/r.git"))),
        &codes::REDIRECT,
    );
}

#[test]
fn private_and_local_repositories_need_to_be_allowed() {
    let top = tempfile::tempdir().expect("a folder");
    repository(top.path());
    let server = serve(top.path());
    let public_only = Policy {
        private_hosts: Vec::new(),
        ..loopback()
    };
    let address = format!("git::{}", server.url("/r.git"));
    let result = fetcher_with(public_only, limits()).fetch(&package(&address), "", None);
    refused(result, &codes::FORBIDDEN);
    let local = format!("git::file://{}/r.git", top.path().display());
    refused(get(&local), &codes::FORBIDDEN);
    let allowed = Policy {
        local_git: true,
        ..loopback()
    };
    let fetched = fetcher_with(allowed, limits()).fetch(&package(&local), "", None);
    assert!(fetched.is_ok(), "{fetched:?}");
}

#[test]
fn what_a_repository_must_not_hold() {
    let top = tempfile::tempdir().expect("a folder");
    let work = top.path().join("r.git");
    std::fs::create_dir_all(&work).expect("a folder");
    git(&work, &["init", "--quiet", "--initial-branch=main"]);
    write(&work, "main.tf", "");
    git(&work, &["add", "."]);
    git(&work, &["commit", "--quiet", "-m", "one"]);
    let server = serve(top.path());
    let address = format!("git::{}", server.url("/r.git"));
    let blob = git(&work, &["hash-object", "-w", "main.tf"]);
    let start = git(&work, &["rev-parse", "HEAD"]);
    let with = |entry: &str| {
        git(&work, &["read-tree", &start]);
        let cache = entry.split_once('\t').expect("a tab");
        let mut fields = cache.0.split(' ');
        let (mode, id) = (fields.next().expect("mode"), fields.next().expect("id"));
        let info = format!("{mode},{id},{}", cache.1);
        git(&work, &["update-index", "--add", "--cacheinfo", &info]);
        let tree = git(&work, &["write-tree"]);
        let commit = git(&work, &["commit-tree", &tree, "-m", "x"]);
        git(&work, &["update-ref", "refs/heads/main", &commit]);
        get(&address)
    };
    let target = top.path().join("target");
    std::fs::write(&target, "/etc/passwd").expect("written");
    let link = git(
        top.path().join("r.git").as_path(),
        &["hash-object", "-w", &target.display().to_string()],
    );
    refused(with(&format!("120000 {link}\tevil")), &codes::UNSAFE_ENTRY);
    refused(
        with(&format!("100644 {blob}\tMain.tf")),
        &codes::UNSAFE_PATH,
    );
    refused(with(&format!("100644 {blob}\ta\\b")), &codes::UNSAFE_PATH);
    // A submodule is refused where it is used, which `select` finds.
    let module = with(&format!("160000 {}\tdeps", "1".repeat(40)));
    assert!(module.is_ok(), "{module:?}");
}

#[test]
fn a_repository_that_needs_credentials_fails_without_asking() {
    let asked = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&asked);
    let server = HttpServer::start(move |_| {
        seen.store(true, Ordering::SeqCst);
        Reply::status(401, "").header("www-authenticate", "Basic realm=\"x\"")
    });
    let error = refused(
        get(&format!("git::{}", server.url("/r.git"))),
        &codes::UNREACHABLE,
    );
    assert!(asked.load(Ordering::SeqCst));
    assert!(
        error.help.iter().any(|help| help.contains("credential")),
        "{error:?}"
    );
}
