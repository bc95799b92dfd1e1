use super::terraform::Source;
use super::*;

fn terraform(text: &str) -> (String, String) {
    match terraform::parse(text) {
        Ok(Source::Remote(remote)) => (remote.package.to_string(), remote.folder),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn reads_what_terraform_reads() {
    for (text, package, folder) in [
        (
            "hashicorp/consul/aws",
            "registry.terraform.io/hashicorp/consul/aws",
            "",
        ),
        (
            "terraform-aws-modules/iam/aws//modules/iam-user",
            "registry.terraform.io/terraform-aws-modules/iam/aws",
            "modules/iam-user",
        ),
        (
            "app.acme.example/org/vpc/aws",
            "app.acme.example/org/vpc/aws",
            "",
        ),
        (
            "127.0.0.1:8080/org/vpc/aws",
            "127.0.0.1:8080/org/vpc/aws",
            "",
        ),
        (
            "github.com/org/repo",
            "git::https://github.com/org/repo.git",
            "",
        ),
        (
            "github.com/org/repo//a/b?ref=v1.2",
            "git::https://github.com/org/repo.git?ref=v1.2",
            "a/b",
        ),
        (
            "git@github.com:org/repo.git",
            "git::ssh://git@github.com/org/repo.git",
            "",
        ),
        (
            "git::https://Acme.example/x.git//m?ref=feature/a",
            "git::https://acme.example/x.git?ref=feature/a",
            "m",
        ),
        (
            "git::ssh://git@acme.example:22/x.git?depth=1",
            "git::ssh://git@acme.example/x.git",
            "",
        ),
        (
            "git::git@acme.example:a/b.git",
            "git::ssh://git@acme.example/a/b.git",
            "",
        ),
        (
            "git::file:///srv/git/x.git?ref=main",
            "git::file:///srv/git/x.git?ref=main",
            "",
        ),
        (
            "git::https://git@github.com/o/r",
            "git::https://github.com/o/r.git",
            "",
        ),
        (
            "https://acme.example/m.zip//sub/",
            "https://acme.example/m.zip",
            "sub",
        ),
        (
            "https://acme.example:443/dl?id=7&archive=tgz",
            "https://acme.example/dl?id=7&archive=tar.gz",
            "",
        ),
        (
            "oci://ghcr.io/acme/vpc:1.0",
            "oci://ghcr.io/acme/vpc:1.0",
            "",
        ),
        (
            "oci://ghcr.io/acme/vpc//sub?tag=1.0",
            "oci://ghcr.io/acme/vpc:1.0",
            "sub",
        ),
        (
            "oci://ghcr.io/acme/vpc",
            "oci://ghcr.io/acme/vpc:latest",
            "",
        ),
    ] {
        assert_eq!(
            terraform(text),
            (package.to_owned(), folder.to_owned()),
            "{text}"
        );
        assert_eq!(
            Package::parse(package).map(|p| p.to_string()),
            Ok(package.to_owned())
        );
    }
    assert_eq!(terraform::parse("./modules/x"), Ok(Source::Local));
}

#[test]
fn refuses_what_is_dangerous_or_not_fetched() {
    for (text, why) in [
        ("git::ext::sh -c touch% /tmp/x", "is not an address"),
        ("git::ext::sh", "holds a URL"),
        ("hg::https://u:hunter2@acme.example/x", "credentials"),
        (
            "s3::https://s3.amazonaws.com/b/x.zip?aws_access_key_secret=hunter2",
            "credentials",
        ),
        ("https://u:hunter2/2@acme.example/x", "`u` is not a host"),
        ("oci://u:hunter2@acme.example/x:1", "credentials"),
        ("git::--upload-pack=x", "holds a URL"),
        (
            "git::https://acme.example/x?ref=--upload-pack=evil",
            "not a branch",
        ),
        ("git::https://acme.example/x?ref=a..b", "not a branch"),
        ("git::https://acme.example/--upload-pack=x", "not the path"),
        ("git::ssh://-oProxyCommand=x/y", "not a host"),
        ("git::ssh://-o@acme.example/y", "cannot be read"),
        ("git::https://user:hunter2@acme.example/x", "credentials"),
        ("git::https://hunter2@acme.example/x", "credentials"),
        ("git::https://acme.example/x?sshkey=aHVudGVyMg", "ssh key"),
        ("https://acme.example/x.zip?token=hunter2", "credential"),
        (
            "https://acme.example/x.zip?checksum=md5:d41d8cd98f00b204e9800998ecf8427e",
            "md5",
        ),
        ("https://acme.example/x.zip//../../etc", "leads out"),
        ("https://acme.example/x?archive=7z", "not unpacked"),
        ("s3::https://s3.amazonaws.com/x", "not fetched"),
        ("hg::http://acme.example/x", "not fetched"),
        ("ftp://acme.example/x", "not fetched"),
        ("oci://ghcr.io/Acme/x", "not the name"),
        ("oci://ghcr.io/a/x@sha256:12", "neither a tag"),
        ("modules/x", "neither a path"),
        ("github.com/org", "OWNER/REPOSITORY"),
    ] {
        let fault = terraform::parse(text).expect_err(text);
        assert!(fault.why.contains(why), "{text}: {fault}");
        let said = format!("{fault}{:?}", fault.help);
        assert!(
            !said.contains("hunter2") && !said.contains("aHVudGVyMg"),
            "{said}"
        );
    }
}

/// What Terraform fetches and nothing here does may stay where it is.
#[test]
fn tells_what_is_foreign_from_what_is_refused() {
    for (text, foreign) in [
        ("s3::https://s3.amazonaws.com/b/x.zip", true),
        ("s3-eu-west-1.amazonaws.com/b/x.zip", true),
        ("gcs::https://www.googleapis.com/storage/v1/b/x", true),
        ("www.googleapis.com/storage/v1/b/x", true),
        ("hg::http://acme.example/x", true),
        ("https://acme.example/x?archive=tar.xz", true),
        ("s3::https://u:p@s3.amazonaws.com/b/x.zip", false),
        ("ext::sh", false),
        ("ftp://acme.example/x", false),
        (
            "https://acme.example/x.zip?checksum=md5:d41d8cd98f00b204e9800998ecf8427e",
            false,
        ),
    ] {
        let fault = terraform::parse(text).expect_err(text);
        assert_eq!(fault.foreign, foreign, "{text}: {fault}");
    }
}

#[test]
fn reads_what_kustomize_reads() {
    for (text, package, folder) in [
        (
            "https://github.com/org/repo//overlays/x?ref=v1",
            "git::https://github.com/org/repo.git?ref=v1",
            "overlays/x",
        ),
        (
            "https://github.com/org/repo/overlays/x?ref=v1",
            "git::https://github.com/org/repo.git?ref=v1",
            "overlays/x",
        ),
        (
            "github.com/org/repo?ref=v1",
            "git::https://github.com/org/repo.git?ref=v1",
            "",
        ),
        (
            "github.com/org/repo/a?version=v1&timeout=90s&submodules=false",
            "git::https://github.com/org/repo.git?ref=v1",
            "a",
        ),
        (
            "git@github.com:org/repo.git//a",
            "git::ssh://git@github.com/org/repo.git",
            "a",
        ),
        (
            "git::https://acme.example/a/b/c.git//x?ref=1",
            "git::https://acme.example/a/b/c.git?ref=1",
            "x",
        ),
        (
            "https://dev.azure.com/o/p/_git/r/sub?ref=1",
            "git::https://dev.azure.com/o/p/_git/r?ref=1",
            "sub",
        ),
        ("file:///srv/r//base", "git::file:///srv/r", "base"),
        (
            "https://github.com/o/r/releases/download/v1/all.yaml",
            "https://github.com/o/r/releases/download/v1/all.yaml",
            "",
        ),
        (
            "https://acme.example/manifests/install",
            "https://acme.example/manifests/install",
            "",
        ),
        (
            "https://raw.githubusercontent.com/o/r/main/x.yml",
            "https://raw.githubusercontent.com/o/r/main/x.yml",
            "",
        ),
    ] {
        let remote = kustomize::parse(text).expect(text).expect(text);
        assert_eq!(remote.package.to_string(), package, "{text}");
        assert_eq!(remote.folder, folder, "{text}");
    }
    for path in [
        "../base",
        "base",
        "a/b.yaml",
        "example.com/org/repo",
        "/x",
        "./x",
    ] {
        assert_eq!(kustomize::parse(path), Ok(None), "{path}");
    }
}

#[test]
fn one_repository_is_one_package_for_both() {
    let (package, _) = terraform("github.com/org/repo?ref=v1");
    let other = kustomize::parse("https://github.com/org/repo//x?ref=v1");
    let other = other.expect("an address").expect("remote");
    assert_eq!(other.package.to_string(), package);
}

#[test]
fn names_folders_readably() {
    for (text, name) in [
        (
            "github.com/org/repo?ref=v1.2.0",
            "github.com-org-repo-v1.2.0",
        ),
        (
            "git::https://acme.example/a/b.git?ref=feature/x",
            "acme.example-a-b-feature-x",
        ),
        (
            "terraform-aws-modules/vpc/aws",
            "terraform-aws-modules-vpc-aws",
        ),
        ("oci://ghcr.io/acme/vpc:1.0", "ghcr.io-acme-vpc-1.0"),
        ("https://acme.example/x/all.yaml", "acme.example-x-all.yaml"),
    ] {
        let Ok(Source::Remote(remote)) = terraform::parse(text) else {
            panic!("{text}")
        };
        assert_eq!(remote.package.folder_name(), name);
    }
}
