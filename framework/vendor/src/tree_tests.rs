use super::*;

const LIMITS: Limits = Limits {
    unpacked: 1000,
    files: 10,
    ..DEFAULT
};
const DEFAULT: Limits = Limits {
    download: 1,
    answer: 1,
    headers: 1,
    unpacked: 1,
    file: 1,
    files: 1,
    ratio: 1,
    redirects: 1,
    connect: std::time::Duration::ZERO,
    stall: std::time::Duration::ZERO,
    total: std::time::Duration::ZERO,
    rounds: 1,
};

fn files(paths: &[&str]) -> Result<Tree> {
    let mut tree = Tree::default();
    for path in paths {
        tree.add_file(path.as_bytes(), File::plain(*b"x"), &LIMITS)?;
    }
    Ok(tree)
}

#[test]
fn leaves_out_settings_of_git_and_hosts() {
    let tree = files(&[
        "./a.tf",
        ".gitignore",
        "x/.gitattributes",
        ".gitmodules",
        ".github/workflows/x.yml",
        ".gitlab-ci.yml",
        "digit",
        ".env",
        ".gitops/x.tf",
    ]);
    let tree = tree.expect("nothing unsafe");
    let paths: Vec<&str> = tree.paths().into_iter().collect();
    assert_eq!(paths, [".env", ".gitops/x.tf", "a.tf", "digit"]);
}

#[test]
fn refuses_names_that_collide() {
    for pair in [
        ["a", "A"],
        ["a/b", "A/c"],
        ["a", "a"],
        ["a", "a/b"],
        ["a/b", "a"],
        ["É", "é"],
    ] {
        let error = files(&pair).expect_err(pair[1]);
        assert_eq!(error.code, &codes::UNSAFE_PATH, "{pair:?}");
    }
    assert!(files(&["a/b", "a/c", "ab", "b/a"]).is_ok());
    // A link where a folder is needed, whatever else follows.
    let mut tree = files(&["b", "c", "d"]).expect("good");
    tree.add_link(b"a/l", b"../b", &LIMITS).expect("inside");
    let error = tree.add_file(b"a", File::plain(*b"x"), &LIMITS);
    assert_eq!(error.expect_err("a folder").code, &codes::UNSAFE_PATH);
}

#[test]
fn links_inside_become_copies_and_others_are_refused() {
    let mut tree = files(&["docs/LICENSE", "m/main.tf", "m/sub/x.tf"]).expect("good");
    for (link, target) in [("m/LICENSE", "../docs/LICENSE"), ("n", "m/sub"), ("o", "n")] {
        let added = tree.add_link(link.as_bytes(), target.as_bytes(), &LIMITS);
        added.expect("inside");
    }
    let mut out = Gathered::new(&LIMITS);
    tree.collect("m", &mut out).expect("collects");
    assert_eq!(
        out.into_files().into_keys().collect::<Vec<_>>(),
        ["m/LICENSE", "m/main.tf", "m/sub/x.tf"]
    );
    let mut out = Gathered::new(&LIMITS);
    tree.collect("o", &mut out).expect("collects");
    assert_eq!(out.into_files().into_keys().collect::<Vec<_>>(), ["o/x.tf"]);
    assert!(tree.is_folder("o") && tree.file("n/x.tf").is_some());

    for (link, target) in [
        ("l", "/etc/passwd"),
        ("l", "../x"),
        ("m/l", "../../x"),
        ("l", ""),
    ] {
        let mut tree = Tree::default();
        let error = tree.add_link(link.as_bytes(), target.as_bytes(), &LIMITS);
        assert_eq!(
            error.expect_err(target).code,
            &codes::UNSAFE_ENTRY,
            "{target}"
        );
    }
}

#[test]
fn links_in_circles_and_to_nothing_are_refused_where_they_are_used() {
    for links in [
        vec![("m/l", "k"), ("m/k", "l")],
        vec![("m/l", ".")],
        vec![("m/l", "nothing")],
        // Out of the tree only through another link.
        vec![("k", "m"), ("m/l", "../k/../../x")],
    ] {
        let mut tree = files(&["m/main.tf"]).expect("good");
        let added: Result<Vec<()>> = links
            .iter()
            .map(|(link, target)| tree.add_link(link.as_bytes(), target.as_bytes(), &LIMITS))
            .collect();
        let result = added.and_then(|_| {
            let mut out = Gathered::new(&LIMITS);
            tree.collect("m", &mut out)
        });
        let error = result.expect_err("not usable");
        let fine = [&codes::UNSAFE_ENTRY, &codes::TOO_LARGE];
        assert!(fine.contains(&error.code), "{links:?}: {error:?}");
    }
}

#[test]
fn links_do_not_multiply_beyond_the_limits() {
    let mut tree = Tree::default();
    let big = File::plain([0; 400]);
    tree.add_file(b"m/big", big, &LIMITS).expect("fits");
    for link in ["m/one", "n/two"] {
        let added = tree.add_link(link.as_bytes(), b"../m/big", &LIMITS);
        added.expect("inside");
    }
    let mut out = Gathered::new(&LIMITS);
    tree.collect("m", &mut out).expect("800 bytes");
    // The same again is no more.
    tree.collect("m", &mut out).expect("800 bytes");
    let error = tree.collect("n", &mut out).expect_err("1200");
    assert_eq!(error.code, &codes::TOO_LARGE);
}

#[test]
fn hard_links_repeat_what_came_before() {
    let mut tree = files(&["a"]).expect("good");
    tree.add_hard_link(b"b", b"./a", &LIMITS).expect("inside");
    assert_eq!(tree.file("b"), Some(&File::plain(*b"x")));
    for target in ["../a", "/a", "none", ".git/config"] {
        let error = tree.add_hard_link(b"c", target.as_bytes(), &LIMITS);
        assert_eq!(
            error.expect_err(target).code,
            &codes::UNSAFE_ENTRY,
            "{target}"
        );
    }
}

#[test]
fn submodules_are_refused_where_they_are_used() {
    let mut tree = files(&["m/main.tf", "n/main.tf"]).expect("good");
    tree.add_submodule("m/deps");
    let mut out = Gathered::new(&LIMITS);
    let error = tree.collect("m", &mut out).expect_err("a submodule");
    assert!(error.message.contains("m/deps"), "{}", error.message);
    assert_eq!(error.code, &codes::UNSAFE_ENTRY);
    assert!(tree.collect("n", &mut out).is_ok());
}

#[test]
fn counts_files_and_bytes() {
    let mut tree = Tree::default();
    let big = tree.add_file(b"x", File::plain(vec![0; 1001]), &LIMITS);
    assert_eq!(big.expect_err("too large").code, &codes::TOO_LARGE);
    let mut tree = Tree::default();
    let many = (0..11)
        .try_for_each(|at| tree.add_file(format!("{at}").as_bytes(), File::plain([]), &LIMITS));
    assert_eq!(many.expect_err("too many").code, &codes::TOO_LARGE);
}
