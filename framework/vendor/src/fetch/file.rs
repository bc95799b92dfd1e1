//! Files and archives by their address.

use terrace_lock::address::Checksum;
use terrace_lock::{Entry, Http};
use terrace_release::Digest;

use super::{Fetched, Fetcher, registry};
use crate::tree::File;
use crate::unpack::{sniff, unpack};
use crate::url::host_of;
use crate::{Result, codes, refuse};

pub(super) fn fetch(fetcher: &Fetcher, http: &Http, pinned: Option<&Entry>) -> Result<Fetched> {
    let access = fetcher.keyring.file(http.host());
    let limit = fetcher.limits.download;
    let reply = fetcher.client.get(http.url(), &[], &access, limit)?;
    if http.archive.is_none()
        && let Some(location) = reply.header("x-terraform-get")
    {
        return registry::fetch_from(fetcher, &reply.url, location, pinned);
    }
    unpacked(fetcher, http, reply.ok(http.url())?)
}

/// An archive at another URL than its address, which is not shown.
pub(super) fn fetch_at(fetcher: &Fetcher, http: &Http, url: &str) -> Result<Fetched> {
    let access = fetcher.keyring.file(host_of(url));
    let reply = fetcher
        .client
        .get(url, &[], &access, fetcher.limits.download)?;
    unpacked(fetcher, http, reply.ok(url)?)
}

/// What the bytes at an address hold.
fn unpacked(fetcher: &Fetcher, http: &Http, bytes: Vec<u8>) -> Result<Fetched> {
    if let Some(checksum) = &http.checksum {
        check_sum(checksum, &bytes)?;
    }
    let mut out = Fetched {
        archive: Some(Digest::of(&bytes)),
        ..Fetched::default()
    };
    let Some(kind) = http.archive else {
        let name = http.file_name();
        let name = if name.is_empty() { "file" } else { name };
        if bytes.len() as u64 > fetcher.limits.file {
            return Err(refuse(
                &codes::TOO_LARGE,
                "the file is larger than the limits allow",
            ));
        }
        let file = File::plain(bytes);
        out.tree.add_file(name.as_bytes(), file, &fetcher.limits)?;
        if out.tree.file(name).is_none() {
            return Err(refuse(
                &codes::UNSAFE_PATH,
                format!("`{}` is not a name for a file", name.escape_debug()),
            ));
        }
        out.file = Some(name.to_owned());
        return Ok(out);
    };
    // An error page with status 200 is no archive.
    if sniff(&bytes).is_some_and(|found| found != kind) {
        return Err(refuse(
            &codes::UNREADABLE,
            format!("this is not a {} archive", kind.as_str()),
        ));
    }
    out.tree = unpack(kind, &bytes, &fetcher.limits)?;
    Ok(out)
}

fn check_sum(checksum: &Checksum, bytes: &[u8]) -> Result<()> {
    use sha2::{Digest as _, Sha512};
    let (wanted, found) = match checksum {
        Checksum::Sha256(hex) => (hex, Digest::of(bytes).to_string()),
        Checksum::Sha512(hex) => {
            let digest = Sha512::digest(bytes);
            (
                hex,
                digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            )
        }
    };
    if *wanted == found {
        return Ok(());
    }
    Err(refuse(
        &codes::MISMATCH,
        format!("the checksum of what was fetched is {found}, the address says {wanted}"),
    ))
}
