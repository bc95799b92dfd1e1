//! Which fields transformers change (`api/internal/plugins/builtinconfig`).

mod crds;
mod defaults;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use terrace_yaml::Node;

use crate::decode::{Decoder, Object};
use crate::resource::id::{Gvk, ORDER_FIRST, ORDER_LAST, kind_rank};
use crate::{Failure, Result};

pub(crate) use crds::from_crds;

/// A field of some kinds; empty parts match everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct FieldSpec {
    pub(crate) group: Cow<'static, str>,
    pub(crate) version: Cow<'static, str>,
    pub(crate) kind: Cow<'static, str>,
    pub(crate) path: Cow<'static, str>,
    /// Whether the field is made where it is missing.
    pub(crate) create: bool,
}

impl FieldSpec {
    pub(crate) fn gvk(&self) -> Gvk<'_> {
        Gvk {
            group: &self.group,
            version: &self.version,
            kind: &self.kind,
        }
    }

    fn decode(decoder: &mut Decoder<'_>, node: &Node) -> Result<Self> {
        let mut spec = Self::default();
        let mut object = Object::new(decoder, node, "FieldSpec")?;
        while let Some((key, value)) = object.next(decoder)? {
            match key.as_str() {
                "group" => spec.group = decoder.string(value, "group")?.into(),
                "version" => spec.version = decoder.string(value, "version")?.into(),
                "kind" => spec.kind = decoder.string(value, "kind")?.into(),
                "path" => spec.path = decoder.string(value, "path")?.into(),
                "create" => spec.create = decoder.bool(value, "create")?,
                _ => object.unknown(decoder, &key)?,
            }
        }
        Ok(spec)
    }

    /// A list of them.
    pub(crate) fn decode_list(decoder: &mut Decoder<'_>, node: &Node) -> Result<Vec<Self>> {
        decoder.list(node, "fieldSpecs", Self::decode)
    }
}

/// The fields that hold names of one kind of resources.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct NameReference {
    pub(crate) group: Cow<'static, str>,
    pub(crate) version: Cow<'static, str>,
    pub(crate) kind: Cow<'static, str>,
    pub(crate) referrers: Vec<FieldSpec>,
}

impl NameReference {
    pub(crate) fn gvk(&self) -> Gvk<'_> {
        Gvk {
            group: &self.group,
            version: &self.version,
            kind: &self.kind,
        }
    }

    fn decode(decoder: &mut Decoder<'_>, node: &Node) -> Result<Self> {
        let mut reference = Self::default();
        let mut object = Object::new(decoder, node, "NameBackReferences")?;
        while let Some((key, value)) = object.next(decoder)? {
            match key.as_str() {
                "group" => reference.group = decoder.string(value, "group")?.into(),
                "version" => reference.version = decoder.string(value, "version")?.into(),
                "kind" => reference.kind = decoder.string(value, "kind")?.into(),
                "fieldspecs" => reference.referrers = FieldSpec::decode_list(decoder, value)?,
                _ => object.unknown(decoder, &key)?,
            }
        }
        Ok(reference)
    }
}

/// The fields of all transformers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct TransformerConfig {
    pub(crate) name_prefix: Vec<FieldSpec>,
    pub(crate) name_suffix: Vec<FieldSpec>,
    pub(crate) namespace: Vec<FieldSpec>,
    pub(crate) common_labels: Vec<FieldSpec>,
    pub(crate) labels: Vec<FieldSpec>,
    pub(crate) template_labels: Vec<FieldSpec>,
    pub(crate) common_annotations: Vec<FieldSpec>,
    pub(crate) name_reference: Vec<NameReference>,
    pub(crate) var_reference: Vec<FieldSpec>,
    pub(crate) images: Vec<FieldSpec>,
    pub(crate) replicas: Vec<FieldSpec>,
}

/// Two fields of one path where one is made when missing and the other is not.
#[derive(Debug)]
pub(crate) struct Conflict;

impl TransformerConfig {
    /// The built-in configuration, shared.
    pub(crate) fn standard() -> Arc<Self> {
        static STANDARD: OnceLock<Arc<TransformerConfig>> = OnceLock::new();
        Arc::clone(STANDARD.get_or_init(|| Arc::new(defaults::default_config())))
    }

    /// The content of a file listed under `configurations`.
    pub(crate) fn decode(decoder: &mut Decoder<'_>, node: &Node) -> Result<Self> {
        let mut config = Self::default();
        let mut object = Object::new(decoder, node, "TransformerConfig")?;
        while let Some((key, value)) = object.next(decoder)? {
            let specs = match key.as_str() {
                "nameprefix" => &mut config.name_prefix,
                "namesuffix" => &mut config.name_suffix,
                "namespace" => &mut config.namespace,
                "commonlabels" => &mut config.common_labels,
                "labels" => &mut config.labels,
                "templatelabels" => &mut config.template_labels,
                "commonannotations" => &mut config.common_annotations,
                "varreference" => &mut config.var_reference,
                "images" => &mut config.images,
                "replicas" => &mut config.replicas,
                "namereference" => {
                    config.name_reference =
                        decoder.list(value, "nameReference", NameReference::decode)?;
                    continue;
                }
                _ => {
                    object.unknown(decoder, &key)?;
                    continue;
                }
            };
            *specs = FieldSpec::decode_list(decoder, value)?;
        }
        config.sort();
        Ok(config)
    }

    /// Both together; what is already there stays.
    ///
    /// A field of `other` is left out if one with its path is there for a kind
    /// that it would select. Specs are sorted with those for single kinds first,
    /// so merging into an empty configuration leaves out the ones for all kinds
    /// where there are any for one: a file under `configurations` that names
    /// `metadata/name` of some kinds takes the prefix from all others.
    ///
    /// # Errors
    /// If they disagree whether a field is to be made.
    pub(crate) fn merge(base: &Arc<Self>, other: &Arc<Self>) -> Result<Arc<Self>, Conflict> {
        if Arc::ptr_eq(base, other) || **other == Self::default() {
            return Ok(Arc::clone(base));
        }
        // Nothing is left out of the built-in configuration (a test says so).
        if **base == Self::default() && Arc::ptr_eq(other, &Self::standard()) {
            return Ok(Arc::clone(other));
        }
        let mut merged = Self::clone(base);
        merge_specs(&mut merged.name_prefix, &other.name_prefix)?;
        merge_specs(&mut merged.name_suffix, &other.name_suffix)?;
        merge_specs(&mut merged.namespace, &other.namespace)?;
        merge_specs(&mut merged.common_annotations, &other.common_annotations)?;
        merge_specs(&mut merged.common_labels, &other.common_labels)?;
        merge_specs(&mut merged.labels, &other.labels)?;
        merge_specs(&mut merged.template_labels, &other.template_labels)?;
        merge_specs(&mut merged.var_reference, &other.var_reference)?;
        for reference in &other.name_reference {
            merged.merge_reference(reference)?;
        }
        merge_specs(&mut merged.images, &other.images)?;
        merge_specs(&mut merged.replicas, &other.replicas)?;
        merged.sort();
        Ok(Arc::new(merged))
    }

    fn merge_reference(&mut self, reference: &NameReference) -> Result<(), Conflict> {
        let mut found = false;
        for own in &mut self.name_reference {
            if own.gvk() == reference.gvk() {
                merge_specs(&mut own.referrers, &reference.referrers)?;
                found = true;
            }
        }
        if !found {
            self.name_reference.push(reference.clone());
        }
        Ok(())
    }

    fn sort(&mut self) {
        for specs in [
            &mut self.name_prefix,
            &mut self.name_suffix,
            &mut self.namespace,
            &mut self.common_labels,
            &mut self.labels,
            &mut self.template_labels,
            &mut self.common_annotations,
            &mut self.var_reference,
            &mut self.images,
            &mut self.replicas,
        ] {
            specs.sort_by(|a, b| order(&a.gvk(), &b.gvk()));
        }
        self.name_reference
            .sort_by(|a, b| order(&a.gvk(), &b.gvk()));
    }
}

/// Adds fields that are not there yet. A field is there if one with the same
/// path exists for a kind that the new one would select.
pub(crate) fn merge_specs(base: &mut Vec<FieldSpec>, other: &[FieldSpec]) -> Result<(), Conflict> {
    for spec in other {
        merge_spec(base, spec)?;
    }
    Ok(())
}

pub(crate) fn merge_spec(base: &mut Vec<FieldSpec>, spec: &FieldSpec) -> Result<(), Conflict> {
    let same = base
        .iter()
        .find(|own| own.path == spec.path && own.gvk().is_selected_by(&spec.gvk()));
    match same {
        Some(own) if own.create != spec.create => Err(Conflict),
        Some(_) => Ok(()),
        None => {
            base.push(spec.clone());
            Ok(())
        }
    }
}

fn order(a: &Gvk<'_>, b: &Gvk<'_>) -> Ordering {
    let rank = |gvk: &Gvk<'_>| kind_rank(gvk.kind, &ORDER_FIRST, &ORDER_LAST);
    rank(a)
        .cmp(&rank(b))
        .then_with(|| compare_legacy_keys(a, b))
}

/// Compares the parts as if they were joined, without joining them.
pub(crate) fn compare_legacy_keys(a: &Gvk<'_>, b: &Gvk<'_>) -> Ordering {
    let (a, b) = (a.legacy_key(), b.legacy_key());
    a.iter()
        .flat_map(|part| part.bytes())
        .cmp(b.iter().flat_map(|part| part.bytes()))
}

impl From<Conflict> for Failure {
    fn from(_: Conflict) -> Self {
        Failure::new(&crate::codes::TRANSFORMER, "conflicting fieldspecs")
            .help("two field specs of the same path disagree about `create`: make them agree")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_configuration_merges_into_nothing_as_it_is() {
        let standard = TransformerConfig::standard();
        let copy = Arc::new(TransformerConfig::clone(&standard));
        let merged = TransformerConfig::merge(&Arc::default(), &copy).expect("no conflict");
        assert_eq!(merged, standard);
    }
}
