//! Tokens for hosts as Terraform has them (`internal/command/cliconfig`,
//! `credentials.go`): `TF_TOKEN_…` variables first, then `credentials` blocks of
//! the CLI configuration.

use std::path::{Path, PathBuf};

use serde_json::Value;
use terrace_diag::FileId;
use terrace_exec::Environment;
use terrace_hcl::ast::ExprKind;

use super::{Problem, in_home, named_by, read};

const PREFIX: &str = "TF_TOKEN_";

/// The token for a host, and where it is from.
pub(super) fn token(
    environment: &Environment,
    host: &str,
) -> Result<Option<(String, String)>, Problem> {
    let host = comparable(host);
    if let Some(found) = of_variables(environment, &host) {
        return Ok(Some(found));
    }
    let mut found = None;
    for path in files(environment)? {
        let Some(text) = read(&path)? else { continue };
        // A later file wins, as a later block does.
        if let Some(token) = of_file(&path, &text, &host)? {
            found = Some((token, path.display().to_string()));
        }
    }
    Ok(found)
}

/// How the variable for a host is called in a shell.
pub(super) fn variable(host: &str) -> String {
    let name = comparable(host).replace('-', "__").replace('.', "_");
    format!("{PREFIX}{name}")
}

/// Lower case, without the port of https.
fn comparable(host: &str) -> String {
    let host = host.to_ascii_lowercase();
    match host.strip_suffix(":443") {
        Some(name) => name.to_owned(),
        None => host,
    }
}

/// Two underscores stand for a hyphen and one for a dot, neither of which a
/// shell allows in a name; as they are they are taken, too.
fn of_variables(environment: &Environment, host: &str) -> Option<(String, String)> {
    let mut found = None;
    for (name, value) in environment.iter() {
        let (Some(name), Some(value)) = (name.to_str(), value.to_str()) else {
            continue;
        };
        let Some(encoded) = name.strip_prefix(PREFIX) else {
            continue;
        };
        let named = encoded.replace("__", "-").replace('_', ".");
        if comparable(&named) == host {
            found = Some((value.trim().to_owned(), name.to_owned()));
        }
    }
    found
}

/// The CLI configuration: the one file that a variable names, or `.terraformrc`
/// and then what is in `.terraform.d`, where `terraform login` writes.
fn files(environment: &Environment) -> Result<Vec<PathBuf>, Problem> {
    let only = ["TF_CLI_CONFIG_FILE", "TERRAFORM_CONFIG"]
        .iter()
        .find_map(|variable| named_by(environment, variable));
    if let Some(only) = only {
        return Ok(vec![only]);
    }
    let (Some(main), Some(folder)) = (
        in_home(environment, ".terraformrc"),
        in_home(environment, ".terraform.d"),
    ) else {
        return Ok(Vec::new());
    };
    let mut more: Vec<PathBuf> = match std::fs::read_dir(&folder) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(_) => Vec::new(),
    };
    more.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".tfrc") || name.ends_with(".tfrc.json")
    });
    more.sort();
    more.insert(0, main);
    Ok(more)
}

/// The last `credentials` of a file for a host.
fn of_file(path: &Path, text: &str, host: &str) -> Result<Option<String>, Problem> {
    if text.trim_start().starts_with('{') {
        let document: Value = serde_json::from_str(text)
            .map_err(|_| format!("{} cannot be read as JSON", path.display()))?;
        let all = document.get("credentials").and_then(Value::as_object);
        let of_host = all
            .into_iter()
            .flatten()
            .rfind(|(name, _)| comparable(name) == host);
        let token = of_host.and_then(|(_, one)| one.get("token")?.as_str());
        return Ok(token.map(|token| token.trim().to_owned()));
    }
    // What else may be wrong in the file is Terraform's to say.
    let (body, _) = terrace_hcl::parse_body(FileId(0), text);
    let of_host = body.blocks().filter(|block| {
        let [label] = block.labels.as_slice() else {
            return false;
        };
        block.kind.name == "credentials" && comparable(&label.name) == host
    });
    Ok(of_host
        .last()
        .and_then(|block| match &block.body.attribute("token")?.expr.kind {
            ExprKind::String(token) => Some(token.trim().to_owned()),
            _ => None,
        }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(environment: &Environment, host: &str) -> Option<String> {
        let found = token(environment, host).expect("readable");
        found.map(|(token, _)| token)
    }

    #[test]
    fn variables_name_hosts() {
        let environment = Environment::new()
            .with("TF_TOKEN_app_terraform_io", "one\n")
            .with("TF_TOKEN_my__registry_acme_example", "two")
            .with("TF_TOKEN_xn____caf__dma_fr", "three")
            .with("TF_TOKEN_Other.Acme-Corp.example:8443", "four");
        for (host, token) in [
            ("app.terraform.io", "one"),
            ("APP.terraform.io:443", "one"),
            ("my-registry.acme.example", "two"),
            ("xn--caf-dma.fr", "three"),
            ("other.acme-corp.example:8443", "four"),
        ] {
            assert_eq!(found(&environment, host).as_deref(), Some(token), "{host}");
        }
        for host in ["terraform.io", "app.terraform.io:80", "app-terraform.io"] {
            assert_eq!(found(&environment, host), None, "{host}");
        }
        for (host, name) in [
            (
                "my-registry.acme.example",
                "TF_TOKEN_my__registry_acme_example",
            ),
            ("xn--caf-dma.fr", "TF_TOKEN_xn____caf__dma_fr"),
        ] {
            assert_eq!(variable(host), name);
        }
    }

    #[test]
    fn files_come_after_each_other() {
        let home = tempfile::tempdir().expect("a folder");
        let write = |path: &str, text: &str| {
            let full = home.path().join(path);
            std::fs::create_dir_all(full.parent().expect("a folder")).expect("made");
            std::fs::write(full, text).expect("written");
        };
        let environment = Environment::new().with("HOME", home.path());
        assert_eq!(found(&environment, "a.example"), None);
        write(
            ".terraformrc",
            "disable_checkpoint = true\ncredentials \"a.example\" {\n  token = \"main\"\n}\ncredentials \"b.example\" {\n  token = \"main\"\n}\n",
        );
        write(
            ".terraform.d/credentials.tfrc.json",
            r#"{"credentials": {"B.example": {"token": "login"}, "c.example": {}}}"#,
        );
        write(".terraform.d/other.json", "{");
        for (host, token) in [
            ("a.example", Some("main")),
            ("b.example", Some("login")),
            ("c.example", None),
        ] {
            assert_eq!(found(&environment, host).as_deref(), token, "{host}");
        }
        write(
            "own.tfrc",
            "credentials \"a.example\" {\n  token = \"own\"\n}\n",
        );
        let own = environment
            .clone()
            .with("TF_CLI_CONFIG_FILE", home.path().join("own.tfrc"));
        assert_eq!(found(&own, "a.example").as_deref(), Some("own"));
        assert_eq!(found(&own, "b.example"), None, "only that file is read");
        let first = own.with("TF_TOKEN_a_example", "variable");
        assert_eq!(found(&first, "a.example").as_deref(), Some("variable"));

        write(
            ".terraform.d/broken.tfrc.json",
            "{ \"credentials\": hunter2",
        );
        let problem = token(&environment, "a.example").expect_err("not JSON");
        assert!(
            problem.contains("broken.tfrc.json") && !problem.contains("hunter2"),
            "{problem}"
        );
    }
}
