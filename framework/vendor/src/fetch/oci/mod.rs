//! OCI artifacts (OCI distribution specification; media types of OpenTofu's
//! module packages, Flux and `oras`).

mod session;

use serde_json::Value;
use terrace_lock::Oci;
use terrace_lock::address::{ArchiveKind, Wanted};
use terrace_release::Digest;

use super::{Fetched, Fetcher};
use crate::tree::File;
use crate::unpack::{sniff, unpack};
use crate::{Result, codes, refuse};

use session::Session;

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";

/// What `oras` names a file in.
const TITLE: &str = "org.opencontainers.image.title";

/// Layers of one artifact.
const MAX_LAYERS: usize = 64;

pub(super) fn fetch(fetcher: &Fetcher, oci: &Oci, pinned: Option<&str>) -> Result<Fetched> {
    let mut session = Session::new(fetcher, oci);
    let wanted = pinned.unwrap_or(oci.wanted.as_str());
    let accept = format!("{MANIFEST}, {DOCKER_MANIFEST}");
    let path = format!("manifests/{wanted}");
    let bytes = session.get(&path, &accept, fetcher.limits.answer)?;
    let digest = format!("sha256:{}", Digest::of(&bytes));
    let by_digest = match &oci.wanted {
        Wanted::Digest(wanted) => Some(wanted.as_str()),
        Wanted::Tag(_) => pinned,
    };
    if by_digest.is_some_and(|wanted| wanted != digest) {
        return Err(refuse(
            &codes::MISMATCH,
            format!("the registry gives a manifest with digest {digest} for {wanted}"),
        ));
    }
    let manifest: Value = serde_json::from_slice(&bytes).map_err(|error| {
        refuse(
            &codes::UNREADABLE,
            format!("the manifest cannot be read: {error}"),
        )
    })?;
    let layers = layers(&manifest)?;
    let mut fetched = Fetched {
        manifest: Some(digest),
        ..Fetched::default()
    };
    let mut total = 0_u64;
    for layer in &layers {
        total += layer.size;
        if layer.size > fetcher.limits.download || total > fetcher.limits.download {
            return Err(refuse(
                &codes::TOO_LARGE,
                "the layers of the artifact are too large",
            ));
        }
    }
    for layer in &layers {
        let path = format!("blobs/{}", layer.digest);
        let bytes = session.get(&path, "*/*", layer.size.max(1))?;
        let found = format!("sha256:{}", Digest::of(&bytes));
        if found != layer.digest {
            return Err(refuse(
                &codes::MISMATCH,
                format!(
                    "a layer has the digest {found}, the manifest says {}",
                    layer.digest
                ),
            ));
        }
        match (layer.kind(&bytes), &layer.title) {
            (Some(kind), _) if layers.len() == 1 => {
                fetched.tree = unpack(kind, &bytes, &fetcher.limits)?;
            }
            (Some(_), _) => {
                return Err(refuse(
                    &codes::UNREADABLE,
                    "the artifact has several layers, and not all are files",
                ));
            }
            (None, Some(title)) => {
                let file = File::plain(bytes);
                fetched
                    .tree
                    .add_file(title.as_bytes(), file, &fetcher.limits)?;
            }
            (None, None) => {
                return Err(refuse(
                    &codes::UNREADABLE,
                    format!(
                        "the artifact has a layer of kind `{}`, which is not unpacked",
                        layer.media_type
                    ),
                ));
            }
        }
    }
    Ok(fetched)
}

struct Layer {
    media_type: String,
    digest: String,
    size: u64,
    title: Option<String>,
}

impl Layer {
    /// How it is packed: `archive/zip` (OpenTofu), `…tar+gzip` (Flux, oras).
    fn kind(&self, bytes: &[u8]) -> Option<ArchiveKind> {
        let media = self.media_type.as_str();
        if media.ends_with("zip") && !media.ends_with("gzip") {
            Some(ArchiveKind::Zip)
        } else if media.ends_with("tar+gzip")
            || media.ends_with("tar.gzip")
            || media.ends_with("tgz")
        {
            // `oras push` of a single file says tar, and means the file.
            match (sniff(bytes), &self.title) {
                (Some(ArchiveKind::TarGz), _) | (_, None) => Some(ArchiveKind::TarGz),
                (_, Some(_)) => None,
            }
        } else if media.ends_with(".tar") || media.ends_with("/x-tar") {
            match (sniff(bytes), &self.title) {
                (Some(ArchiveKind::Tar), _) | (_, None) => Some(ArchiveKind::Tar),
                (_, Some(_)) => None,
            }
        } else {
            None
        }
    }
}

fn layers(manifest: &Value) -> Result<Vec<Layer>> {
    let text = |value: &Value, name: &str| value.get(name)?.as_str().map(str::to_owned);
    if manifest.get("manifests").is_some() {
        return Err(refuse(
            &codes::UNREADABLE,
            "this is an index of several artifacts (an image for several platforms?)",
        )
        .help("name the one that is meant by its digest: `oci://host/repository@sha256:…`"));
    }
    let listed = manifest
        .get("layers")
        .and_then(Value::as_array)
        .ok_or_else(|| refuse(&codes::UNREADABLE, "the manifest has no layers"))?;
    if listed.is_empty() || listed.len() > MAX_LAYERS {
        return Err(refuse(
            &codes::UNREADABLE,
            format!("the artifact has {} layers", listed.len()),
        ));
    }
    listed
        .iter()
        .map(|layer| {
            let digest = text(layer, "digest")?;
            let hex = digest.strip_prefix("sha256:")?;
            let fine = hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit());
            Some(Layer {
                media_type: text(layer, "mediaType")?,
                size: layer.get("size")?.as_u64()?,
                title: layer
                    .get("annotations")
                    .and_then(|annotations| text(annotations, TITLE)),
                digest: fine.then_some(digest)?,
            })
        })
        .collect::<Option<_>>()
        .ok_or_else(|| {
            refuse(
                &codes::UNREADABLE,
                "the manifest describes a layer without sha256 digest or size",
            )
        })
}
