//! Requests to one repository of an OCI registry, with what its challenge asks
//! for (Docker's token authentication; RFC 7617 for `Basic`).

use terrace_lock::Oci;

use crate::credentials::{Access, Login, Secret};
use crate::fetch::Fetcher;
use crate::fetch::errors::of_status;
use crate::fetch::http::Reply;
use crate::url::host_of;
use crate::{Result, codes, refuse};

/// The name that a client gives to a token server.
const CLIENT: &str = "terrace";

pub(super) struct Session<'f> {
    fetcher: &'f Fetcher,
    host: String,
    repository: String,
    base: String,
    /// What the challenge was answered with.
    answered: Option<Access>,
}

impl<'f> Session<'f> {
    pub(super) fn new(fetcher: &'f Fetcher, oci: &Oci) -> Self {
        let insecure = fetcher.policy.check_scheme("http", &oci.host).is_ok();
        let scheme = if insecure { "http" } else { "https" };
        // The one registry that is not where its name says.
        let host = match oci.host.as_str() {
            "docker.io" | "index.docker.io" => "registry-1.docker.io",
            host => host,
        };
        Self {
            fetcher,
            host: oci.host.clone(),
            repository: oci.repository.clone(),
            base: format!("{scheme}://{host}/v2/{}/", oci.repository),
            answered: None,
        }
    }

    pub(super) fn get(&mut self, path: &str, accept: &str, limit: u64) -> Result<Vec<u8>> {
        let url = format!("{}{path}", self.base);
        let reply = self.once(&url, accept, limit)?;
        if reply.status != 401 || self.answered.is_some() {
            return reply.ok(&url);
        }
        // Nobody but the registry itself is answered.
        if host_of(&reply.url) != host_of(&url) {
            return Err(reply.refusal(&url));
        }
        self.answered = Some(self.answer(&reply, &url)?);
        self.once(&url, accept, limit)?.ok(&url)
    }

    fn once(&self, url: &str, accept: &str, limit: u64) -> Result<Reply> {
        let anonymous = Access::anonymous("");
        let access = self.answered.as_ref().unwrap_or(&anonymous);
        self.fetcher
            .client
            .get(url, &[("accept", accept)], access, limit)
    }

    /// What a challenge asks for, from the login that there is.
    fn answer(&self, challenge: &Reply, url: &str) -> Result<Access> {
        let (login, help) = self.fetcher.keyring.oci(&self.host, &self.repository);
        let refused = || of_status(401, url, &help);
        let challenges: Vec<&str> = challenge.all("www-authenticate").collect();
        let with = |secret: Option<Secret>| match secret {
            Some(secret) => Ok(Access {
                authorization: Some(secret),
                help: help.clone(),
            }),
            None => Err(refused()),
        };
        let of = |scheme: &str| challenges.iter().find_map(|text| after(text, scheme));
        if let (Some(_), Some(Login::Token(token))) = (of("bearer"), &login) {
            return with(Secret::bearer(token.expose()));
        }
        if let Some(parameters) = of("bearer") {
            let token = self.token(parameters, login.as_ref(), &help, url)?;
            return with(Secret::bearer(token.expose()));
        }
        match (of("basic"), &login) {
            (Some(_), Some(Login::Password { user, password })) => {
                with(Some(Secret::basic(user, password)))
            }
            _ => Err(refused()),
        }
    }

    /// A token for pulling: anonymous, for a password, or for an identity token
    /// (Docker's token authentication and its OAuth 2 form).
    fn token(
        &self,
        parameters: &str,
        login: Option<&Login>,
        help: &str,
        url: &str,
    ) -> Result<Secret> {
        let refused = || of_status(401, url, help);
        let parameter = |name: &str| {
            parameters.split(',').find_map(|part| {
                let (key, value) = part.trim().split_once('=')?;
                (key == name).then(|| value.trim_matches('"').to_owned())
            })
        };
        let realm = parameter("realm").ok_or_else(refused)?;
        let secure = realm.starts_with("https://") || self.base.starts_with("http://");
        if !secure || realm.contains(['@', '?', '#']) || !realm.contains("://") {
            return Err(refuse(
                &codes::FORBIDDEN,
                "the registry asks for a token in a place that is not safe",
            ));
        }
        let service = encode(&parameter("service").unwrap_or_default());
        let scope = encode(&format!("repository:{}:pull", self.repository));
        let client = &self.fetcher.client;
        let reply = match login {
            Some(Login::Identity(token)) => {
                let token = encode(token.expose());
                let form = format!(
                    "grant_type=refresh_token&service={service}&client_id={CLIENT}&scope={scope}&refresh_token={token}"
                );
                client.post(&realm, &form, help)?
            }
            login => {
                let asked = format!("{realm}?service={service}&scope={scope}");
                let access = Access {
                    authorization: match login {
                        Some(Login::Password { user, password }) => {
                            Some(Secret::basic(user, password))
                        }
                        _ => None,
                    },
                    help: help.to_owned(),
                };
                client.get(&asked, &[], &access, self.fetcher.limits.answer)?
            }
        };
        let answer = reply.json(&realm)?;
        ["token", "access_token"]
            .iter()
            .find_map(|name| answer.get(name)?.as_str())
            .map(Secret::new)
            .ok_or_else(refused)
    }
}

/// What follows the scheme of a challenge.
fn after<'c>(challenge: &'c str, scheme: &str) -> Option<&'c str> {
    let (named, rest) = challenge.split_once(' ')?;
    named.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// For a query or a form.
fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' | b':' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
