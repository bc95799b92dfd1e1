//! `images` (`api/filters/imagetag`, `api/internal/image`).

use regex::Regex;
use terrace_diag::Span;
use terrace_yaml::{Content, Node};

use crate::codes::TRANSFORMER;
use crate::config::FieldSpec;
use crate::field_spec::{self, Action, Target};
use crate::kustomization::Image;
use crate::resource::map::ResMap;
use crate::selector;
use crate::tree::{self, Kind, Writes};
use crate::{Failure, Result};

/// Changes name, tag or digest of an image: in every list of containers at any
/// depth, and in the fields of the specs. Custom resource definitions are left
/// alone.
pub(crate) fn set_image(map: &mut ResMap, image: &Image, specs: &[FieldSpec]) -> Result<()> {
    let pattern = format!(
        "^{}(:[a-zA-Z0-9_.{{}}-]*)?(@sha256:[a-zA-Z0-9_.{{}}-]*)?$",
        image.name
    );
    let pattern = selector::compile(&pattern)
        .map_err(|message| Failure::new(&TRANSFORMER, message).at(image.span.0))?;
    let updater = Updater { image, pattern };
    let targets = Target::all(specs);
    let is_changeable = |kind: &str| kind != "CustomResourceDefinition";
    map.for_each_content(|resource| {
        if !is_changeable(resource.kind()) {
            return Ok(());
        }
        let mut writes = Writes::default();
        let result = updater.walk(&mut resource.node, &mut writes);
        writes.spread(&mut resource.node);
        result.map_err(|(message, span)| {
            Failure::new(&TRANSFORMER, message)
                .at(span)
                .label(image.span.0, "asked for here")
        })
    })?;
    map.for_each_content(|resource| {
        if !is_changeable(resource.kind()) {
            return Ok(());
        }
        for target in &targets {
            let mut set = |node: &mut Node, writes: &mut Writes| updater.update(node, writes);
            let mut action = Action {
                create: None,
                span: image.span.0,
                set: &mut set,
            };
            field_spec::apply(resource, target, &mut action)?;
        }
        Ok(())
    })
}

struct Updater<'a> {
    image: &'a Image,
    pattern: Regex,
}

impl Updater<'_> {
    /// Finds lists of containers; the inner ones first.
    fn walk(&self, node: &mut Node, writes: &mut Writes) -> Result<(), (String, Span)> {
        match node.content_mut() {
            Content::Scalar(_) => Ok(()),
            Content::Sequence(items) => items
                .iter_mut()
                .try_for_each(|item| self.walk(item, writes)),
            Content::Mapping(mapping) => {
                for (key, value) in mapping.iter_mut() {
                    if value.is_scalar() {
                        continue;
                    }
                    self.walk(value, writes)?;
                    if matches!(key.as_str(), Some("containers" | "initContainers"))
                        && let Some(items) = value.items_mut()
                    {
                        for item in items {
                            self.update_container(item, writes)?;
                        }
                    }
                }
                Ok(())
            }
        }
    }

    fn update_container(
        &self,
        container: &mut Node,
        writes: &mut Writes,
    ) -> Result<(), (String, Span)> {
        if tree::is_null(container) {
            return Ok(());
        }
        let span = container.span();
        let wrong = tree::wrong_kind(Kind::Mapping, container);
        let mapping = container.as_mapping_mut().ok_or((wrong, span))?;
        match mapping.get_mut("image") {
            Some(image) => {
                let span = image.span();
                self.update(image, writes)
                    .map_err(|message| (message, span))
            }
            None => Ok(()),
        }
    }

    fn update(&self, node: &mut Node, writes: &mut Writes) -> Result<(), String> {
        if !node.is_scalar() {
            return Err(tree::wrong_kind(Kind::Scalar, node));
        }
        let value = tree::raw_value(node);
        if !self.pattern.is_match(value) {
            return Ok(());
        }
        let image = self.image;
        let (mut name, mut tag, mut digest) = split(value);
        let mut span = image.span.0;
        let suffixed;
        if !image.new_name.value.is_empty() {
            name = &image.new_name.value;
            span = image.new_name.span;
        }
        let (new_tag, new_digest) = (&image.new_tag, &image.digest);
        match (new_tag.value.is_empty(), new_digest.value.is_empty()) {
            (false, false) => (tag, digest) = (&new_tag.value, &new_digest.value),
            (false, true) => (tag, digest) = (&new_tag.value, ""),
            (true, false) => (tag, digest) = ("", &new_digest.value),
            (true, true) if !image.tag_suffix.value.is_empty() => {
                suffixed = format!("{tag}{}", image.tag_suffix.value);
                (tag, digest) = (&suffixed, "");
                span = image.tag_suffix.span;
            }
            (true, true) => {}
        }
        if !new_tag.value.is_empty() {
            span = new_tag.span;
        } else if !new_digest.value.is_empty() {
            span = new_digest.span;
        }
        let mut result = name.to_owned();
        if !tag.is_empty() {
            result.push(':');
            result.push_str(tag);
        }
        if !digest.is_empty() {
            result.push('@');
            result.push_str(digest);
        }
        tree::overwrite(node, tree::untagged(result, span), writes);
        Ok(())
    }
}

/// Name, tag and digest of an image. A colon before the first slash belongs to
/// the registry.
fn split(image: &str) -> (&str, &str, &str) {
    let start = image.find('/').unwrap_or(0);
    let find = |character| image[start..].find(character).map(|at| at + start);
    match (find(':'), find('@')) {
        (None, None) => (image, "", ""),
        (Some(colon), Some(at)) if colon < at => {
            (&image[..colon], &image[colon + 1..at], &image[at + 1..])
        }
        (_, Some(at)) => (&image[..at], "", &image[at + 1..]),
        (Some(colon), None) => (&image[..colon], &image[colon + 1..], ""),
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn splits_images() {
        assert_eq!(split("a"), ("a", "", ""));
        assert_eq!(split("h:80/a:1@sha256:x"), ("h:80/a", "1", "sha256:x"));
        assert_eq!(split("h:80/a@sha256:x"), ("h:80/a", "", "sha256:x"));
        assert_eq!(split("h:80/a"), ("h:80/a", "", ""));
    }
}
