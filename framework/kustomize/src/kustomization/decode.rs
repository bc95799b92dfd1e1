//! Decoding of kustomizations and their parts.

use terrace_yaml::{Node, Style};

use super::{
    FieldOptions, GeneratorArgs, GeneratorOptions, Image, Inline, Kustomization, LabelEntry,
    Located, Patch, Replacement, ReplacementEntry, ReplacementSource, ReplacementTarget, Replica,
    Selector, SortOptions, Span0, VarEntry,
};
use crate::Result;
use crate::config::FieldSpec;
use crate::decode::{Decoder, Mode, Object};
use crate::scalar::is_null;

impl Kustomization {
    /// # Errors
    /// Fields that kustomize 5.5.0 does not know, values of the wrong type, and
    /// files that say nothing.
    pub(crate) fn decode(node: &Node) -> Result<Self> {
        let mut decoder = Decoder::new(Mode::Kustomization, "Kustomization");
        Self::decode_fields(&mut decoder, node)
            .map_err(|failure| failure.or_at(node.span()).context("invalid Kustomization"))?
            .finish()
    }

    fn decode_fields(decoder: &mut Decoder<'_>, node: &Node) -> Result<Self> {
        let mut own = Self {
            span: Span0(node.span()),
            ..Self::default()
        };
        let mut bases = Vec::new();
        let mut image_tags = Vec::new();
        let mut object = Object::new(decoder, node, "a kustomization")?;
        while let Some((key, value)) = object.next(decoder)? {
            let deprecated = match key.as_str() {
                "bases" => "bases",
                "commonlabels" => "commonLabels",
                "imagetags" => "imageTags",
                "patchesjson6902" => "patchesJson6902",
                "patchesstrategicmerge" => "patchesStrategicMerge",
                "vars" => "vars",
                _ => "",
            };
            if !deprecated.is_empty() && !is_null(value) {
                own.deprecated.push((deprecated, object.key().span()));
            }
            let is_list_or_map = !is_null(value) && !value.is_scalar();
            own.is_filled |= match key.as_str() {
                "bases" | "imagetags" | "helmchartinflationgenerator" => {
                    value.items().is_some_and(|items| !items.is_empty())
                }
                _ => is_list_or_map,
            };
            match key.as_str() {
                "kind" => own.kind = located(decoder, value, "kind")?,
                "apiversion" => own.api_version = located(decoder, value, "apiVersion")?,
                "nameprefix" | "namesuffix" | "namespace" => {
                    let text = located(decoder, value, object.key().as_str().unwrap_or(""))?;
                    own.is_filled |= !text.value.is_empty();
                    match key.as_str() {
                        "nameprefix" => own.name_prefix = text,
                        "namesuffix" => own.name_suffix = text,
                        _ => own.namespace = text,
                    }
                }
                "metadata" => {
                    let known = ["name", "namespace", "labels", "annotations"];
                    ignored(decoder, value, "metadata", &known)?;
                }
                "openapi" => own.openapi = decoder.string_map(value, "openapi")?,
                "commonlabels" => own.common_labels = decoder.string_map(value, "commonLabels")?,
                "labels" => own.labels = decoder.list(value, "labels", label)?,
                "commonannotations" => {
                    own.common_annotations = decoder.string_map(value, "commonAnnotations")?;
                }
                "patchesstrategicmerge" => {
                    own.patches_strategic_merge =
                        decoder.list(value, "patchesStrategicMerge", inline)?;
                }
                "patchesjson6902" => {
                    own.patches_json6902 = decoder.list(value, "patchesJson6902", patch)?;
                }
                "patches" => own.patches = decoder.list(value, "patches", patch)?,
                "images" => own.images = decoder.list(value, "images", Image::decode)?,
                "imagetags" => image_tags = decoder.list(value, "imageTags", Image::decode)?,
                "replacements" => {
                    own.replacements =
                        decoder.list(value, "replacements", ReplacementEntry::decode)?;
                }
                "replicas" => own.replicas = decoder.list(value, "replicas", Replica::decode)?,
                "vars" => own.vars = decoder.list(value, "vars", var)?,
                "sortoptions" if is_null(value) => own.sort_options = None,
                "sortoptions" => own.sort_options = Some(sort_options(decoder, value)?),
                "resources" => own.resources = decoder.strings(value, "resources")?,
                "components" => own.components = decoder.strings(value, "components")?,
                "crds" => own.crds = decoder.strings(value, "crds")?,
                "bases" => bases = decoder.strings(value, "bases")?,
                "configmapgenerator" => {
                    own.config_map_generator =
                        decoder.list(value, "configMapGenerator", |decoder, item| {
                            GeneratorArgs::decode(decoder, item, false)
                        })?;
                }
                "secretgenerator" => {
                    own.secret_generator =
                        decoder.list(value, "secretGenerator", |decoder, item| {
                            GeneratorArgs::decode(decoder, item, true)
                        })?;
                }
                "helmglobals" => {
                    ignored(decoder, value, "helmGlobals", &["charthome", "confighome"])?;
                }
                "helmcharts" | "helmchartinflationgenerator" => {
                    let name = if key == "helmcharts" {
                        "helmCharts"
                    } else {
                        "helmChartInflationGenerator"
                    };
                    let entries = decoder.list(value, name, |_, item| Ok(item.span()))?;
                    if let Some(first) = entries.first() {
                        own.helm = Some((name, *first));
                    }
                }
                "generatoroptions" if is_null(value) => own.generator_options = None,
                "generatoroptions" => {
                    own.generator_options = Some(GeneratorOptions::decode(decoder, value)?);
                }
                "configurations" => {
                    own.configurations = decoder.strings(value, "configurations")?
                }
                "generators" => own.generators = decoder.list(value, "generators", inline)?,
                "transformers" => own.transformers = decoder.list(value, "transformers", inline)?,
                "validators" => own.validators = decoder.list(value, "validators", inline)?,
                "buildmetadata" => own.build_metadata = decoder.strings(value, "buildMetadata")?,
                _ => object.unknown(decoder, &key)?,
            }
        }
        own.resources.append(&mut bases);
        own.images.append(&mut image_tags);
        Ok(own)
    }
}

/// An object of which only the names of the fields are looked at.
fn ignored(
    decoder: &mut Decoder<'_>,
    node: &Node,
    name: &'static str,
    known: &[&str],
) -> Result<()> {
    let mut object = Object::new(decoder, node, name)?;
    while let Some((key, _)) = object.next(decoder)? {
        if !known.contains(&key.as_str()) {
            object.unknown(decoder, &key)?;
        }
    }
    Ok(())
}

pub(crate) fn located(
    decoder: &mut Decoder<'_>,
    node: &Node,
    field: &str,
) -> Result<Located<String>> {
    Ok(Located {
        value: decoder.string(node, field)?,
        span: node.span(),
    })
}

pub(crate) fn inline(decoder: &mut Decoder<'_>, node: &Node) -> Result<Inline> {
    Ok(Inline {
        text: decoder.string(node, "patch")?,
        span: node.span(),
        is_literal: node.style() == Style::Literal,
    })
}

fn label(decoder: &mut Decoder<'_>, node: &Node) -> Result<LabelEntry> {
    let mut entry = LabelEntry {
        pairs: Vec::new(),
        include_selectors: false,
        include_templates: false,
        fields: Vec::new(),
        span: node.span(),
    };
    let mut object = Object::new(decoder, node, "an entry of labels")?
        .known_later(&[("includevolumeclaimtemplates", "5.7")]);
    while let Some((key, value)) = object.next(decoder)? {
        match key.as_str() {
            "pairs" => entry.pairs = decoder.string_map(value, "pairs")?,
            "includeselectors" => {
                entry.include_selectors = decoder.bool(value, "includeSelectors")?;
            }
            "includetemplates" => {
                entry.include_templates = decoder.bool(value, "includeTemplates")?;
            }
            "fields" => entry.fields = FieldSpec::decode_list(decoder, value)?,
            _ => object.unknown(decoder, &key)?,
        }
    }
    Ok(entry)
}

fn patch(decoder: &mut Decoder<'_>, node: &Node) -> Result<Patch> {
    let mut entry = Patch {
        path: Located::default(),
        patch: None,
        target: None,
        allow_name_change: false,
        allow_kind_change: false,
        span: node.span(),
    };
    let mut object = Object::new(decoder, node, "an entry of patches")?;
    while let Some((key, value)) = object.next(decoder)? {
        match key.as_str() {
            "path" => entry.path = located(decoder, value, "path")?,
            "patch" => entry.patch = Some(inline(decoder, value)?),
            "target" => entry.target = Selector::decode_option(decoder, value)?,
            "options" => {
                let options = decoder.list_of_switches(value, "options")?;
                let is_on = |name: &str| options.iter().any(|(key, on)| key == name && *on);
                entry.allow_name_change = is_on("allowNameChange");
                entry.allow_kind_change = is_on("allowKindChange");
            }
            _ => object.unknown(decoder, &key)?,
        }
    }
    Ok(entry)
}

impl Decoder<'_> {
    /// A `map[string]bool`.
    fn list_of_switches(&mut self, node: &Node, field: &str) -> Result<Vec<(String, bool)>> {
        let mut switches = Vec::new();
        let mut object = Object::new(self, node, "options")?;
        while let Some((_, value)) = object.next(self)? {
            let name = object.key().as_str().unwrap_or("").to_owned();
            switches.push((name, self.bool(value, field)?));
        }
        Ok(switches)
    }
}

impl Selector {
    pub(crate) fn decode_option(decoder: &mut Decoder<'_>, node: &Node) -> Result<Option<Self>> {
        if is_null(node) {
            return Ok(None);
        }
        Self::decode(decoder, node).map(Some)
    }

    fn empty(node: &Node) -> Self {
        Self {
            group: String::new(),
            version: String::new(),
            kind: String::new(),
            name: String::new(),
            namespace: String::new(),
            annotation_selector: String::new(),
            label_selector: String::new(),
            span: node.span(),
        }
    }

    /// Sets a field of the identity; `false` if it is none.
    fn set(&mut self, decoder: &mut Decoder<'_>, key: &str, value: &Node) -> Result<bool> {
        let field = match key {
            "group" => &mut self.group,
            "version" => &mut self.version,
            "kind" => &mut self.kind,
            "name" => &mut self.name,
            "namespace" => &mut self.namespace,
            _ => return Ok(false),
        };
        *field = decoder.string(value, key)?;
        Ok(true)
    }

    fn decode(decoder: &mut Decoder<'_>, node: &Node) -> Result<Self> {
        let mut selector = Self::empty(node);
        let mut object = Object::new(decoder, node, "a selector")?;
        while let Some((key, value)) = object.next(decoder)? {
            match key.as_str() {
                "annotationselector" => {
                    selector.annotation_selector = decoder.string(value, "annotationSelector")?;
                }
                "labelselector" => {
                    selector.label_selector = decoder.string(value, "labelSelector")?;
                }
                _ if selector.set(decoder, &key, value)? => {}
                _ => object.unknown(decoder, &key)?,
            }
        }
        Ok(selector)
    }
}

impl Image {
    pub(crate) fn decode(decoder: &mut Decoder<'_>, node: &Node) -> Result<Self> {
        let mut image = Self {
            span: Span0(node.span()),
            ..Self::default()
        };
        let mut object = Object::new(decoder, node, "an entry of images")?;
        while let Some((key, value)) = object.next(decoder)? {
            match key.as_str() {
                "name" => image.name = decoder.string(value, "name")?,
                "newname" => image.new_name = located(decoder, value, "newName")?,
                "tagsuffix" => image.tag_suffix = located(decoder, value, "tagSuffix")?,
                "newtag" => image.new_tag = located(decoder, value, "newTag")?,
                "digest" => image.digest = located(decoder, value, "digest")?,
                _ => object.unknown(decoder, &key)?,
            }
        }
        Ok(image)
    }
}

impl Replica {
    pub(crate) fn decode(decoder: &mut Decoder<'_>, node: &Node) -> Result<Self> {
        let mut replica = Self {
            span: Span0(node.span()),
            ..Self::default()
        };
        let mut object = Object::new(decoder, node, "an entry of replicas")?;
        while let Some((key, value)) = object.next(decoder)? {
            match key.as_str() {
                "name" => replica.name = decoder.string(value, "name")?,
                "count" => {
                    replica.count = Located {
                        value: decoder.int(value, "count")?,
                        span: value.span(),
                    };
                }
                _ => object.unknown(decoder, &key)?,
            }
        }
        Ok(replica)
    }
}

impl ReplacementEntry {
    pub(crate) fn decode(decoder: &mut Decoder<'_>, node: &Node) -> Result<Self> {
        let mut entry = Self {
            path: Located::default(),
            replacement: Replacement {
                source: None,
                targets: None,
                span: node.span(),
            },
        };
        let mut object = Object::new(decoder, node, "an entry of replacements")?
            .known_later(&[("sourcevalue", "5.8")]);
        while let Some((key, value)) = object.next(decoder)? {
            match key.as_str() {
                "path" => entry.path = located(decoder, value, "path")?,
                "source" if is_null(value) => entry.replacement.source = None,
                "source" => entry.replacement.source = Some(source(decoder, value)?),
                "targets" if is_null(value) => entry.replacement.targets = None,
                "targets" => {
                    entry.replacement.targets = Some(decoder.list(value, "targets", target)?);
                }
                _ => object.unknown(decoder, &key)?,
            }
        }
        Ok(entry)
    }
}

fn source(decoder: &mut Decoder<'_>, node: &Node) -> Result<ReplacementSource> {
    let mut source = ReplacementSource {
        selector: Selector::empty(node),
        field_path: Located::default(),
        options: None,
    };
    let mut object = Object::new(decoder, node, "a replacement source")?;
    while let Some((key, value)) = object.next(decoder)? {
        match key.as_str() {
            "fieldpath" => source.field_path = located(decoder, value, "fieldPath")?,
            "options" => source.options = FieldOptions::decode_option(decoder, value)?,
            _ if source.selector.set(decoder, &key, value)? => {}
            _ => object.unknown(decoder, &key)?,
        }
    }
    Ok(source)
}

fn target(decoder: &mut Decoder<'_>, node: &Node) -> Result<ReplacementTarget> {
    let mut target = ReplacementTarget {
        select: None,
        reject: Vec::new(),
        field_paths: Vec::new(),
        options: None,
        span: node.span(),
    };
    let mut object = Object::new(decoder, node, "a replacement target")?;
    while let Some((key, value)) = object.next(decoder)? {
        match key.as_str() {
            "select" => target.select = Selector::decode_option(decoder, value)?,
            "reject" => target.reject = decoder.list(value, "reject", Selector::decode)?,
            "fieldpaths" => target.field_paths = decoder.strings(value, "fieldPaths")?,
            "options" => target.options = FieldOptions::decode_option(decoder, value)?,
            _ => object.unknown(decoder, &key)?,
        }
    }
    Ok(target)
}

impl FieldOptions {
    fn decode_option(decoder: &mut Decoder<'_>, node: &Node) -> Result<Option<Self>> {
        if is_null(node) {
            return Ok(None);
        }
        let mut options = Self::default();
        let mut object = Object::new(decoder, node, "field options")?;
        while let Some((key, value)) = object.next(decoder)? {
            match key.as_str() {
                "delimiter" => options.delimiter = decoder.string(value, "delimiter")?,
                "index" => options.index = decoder.int(value, "index")?,
                "encoding" => drop(decoder.string(value, "encoding")?),
                "create" => options.create = decoder.bool(value, "create")?,
                _ => object.unknown(decoder, &key)?,
            }
        }
        Ok(Some(options))
    }
}

fn var(decoder: &mut Decoder<'_>, node: &Node) -> Result<VarEntry> {
    let mut entry = VarEntry {
        name: String::new(),
        group: String::new(),
        version: String::new(),
        kind: String::new(),
        object_name: String::new(),
        namespace: String::new(),
        field_path: String::new(),
        span: node.span(),
    };
    let mut object = Object::new(decoder, node, "an entry of vars")?;
    while let Some((key, value)) = object.next(decoder)? {
        match key.as_str() {
            "name" => entry.name = decoder.string(value, "name")?,
            "objref" => var_object(decoder, value, &mut entry)?,
            "fieldref" => {
                let mut field = Object::new(decoder, value, "fieldref")?;
                while let Some((key, value)) = field.next(decoder)? {
                    match key.as_str() {
                        "fieldpath" => entry.field_path = decoder.string(value, "fieldPath")?,
                        _ => field.unknown(decoder, &key)?,
                    }
                }
            }
            _ => object.unknown(decoder, &key)?,
        }
    }
    if entry.field_path.is_empty() {
        entry.field_path = "metadata.name".into();
    }
    Ok(entry)
}

fn var_object(decoder: &mut Decoder<'_>, node: &Node, entry: &mut VarEntry) -> Result<()> {
    let mut api_version = String::new();
    let mut object = Object::new(decoder, node, "objref")?;
    while let Some((key, value)) = object.next(decoder)? {
        let field = match key.as_str() {
            "apiversion" => &mut api_version,
            "group" => &mut entry.group,
            "version" => &mut entry.version,
            "kind" => &mut entry.kind,
            "name" => &mut entry.object_name,
            "namespace" => &mut entry.namespace,
            _ => {
                object.unknown(decoder, &key)?;
                continue;
            }
        };
        *field = decoder.string(value, &key)?;
    }
    let parts: Vec<&str> = api_version.split('/').collect();
    match parts[..] {
        [group, version] => {
            entry.group = group.into();
            entry.version = version.into();
        }
        [version] if !version.is_empty() => entry.version = version.into(),
        _ => {}
    }
    Ok(())
}

pub(crate) fn sort_options(decoder: &mut Decoder<'_>, node: &Node) -> Result<SortOptions> {
    let mut options = SortOptions::default();
    let mut object = Object::new(decoder, node, "sortOptions")?;
    while let Some((key, value)) = object.next(decoder)? {
        match key.as_str() {
            "order" => options.order = located(decoder, value, "order")?,
            "legacysortoptions" if is_null(value) => options.legacy = None,
            "legacysortoptions" => {
                let mut legacy = (Vec::new(), Vec::new());
                let mut inner = Object::new(decoder, value, "legacySortOptions")?;
                while let Some((key, value)) = inner.next(decoder)? {
                    let list = match key.as_str() {
                        "orderfirst" => &mut legacy.0,
                        "orderlast" => &mut legacy.1,
                        _ => {
                            inner.unknown(decoder, &key)?;
                            continue;
                        }
                    };
                    let names = decoder.strings(value, "legacySortOptions")?;
                    *list = names.into_iter().map(|(name, _)| name).collect();
                }
                options.legacy = Some(legacy);
            }
            _ => object.unknown(decoder, &key)?,
        }
    }
    Ok(options)
}

impl GeneratorArgs {
    pub(crate) fn empty(node: &Node) -> Self {
        Self {
            name: Located::default(),
            namespace: String::new(),
            behavior: String::new(),
            literals: Vec::new(),
            files: Vec::new(),
            envs: Vec::new(),
            options: None,
            secret_type: String::new(),
            span: node.span(),
        }
    }

    /// An entry of a generator; only those of secrets have a type.
    pub(crate) fn decode(decoder: &mut Decoder<'_>, node: &Node, has_type: bool) -> Result<Self> {
        let mut args = Self::empty(node);
        let mut env = Vec::new();
        let mut object = Object::new(decoder, node, "a generator")?;
        while let Some((key, value)) = object.next(decoder)? {
            match key.as_str() {
                "name" => args.name = located(decoder, value, "name")?,
                "namespace" => args.namespace = decoder.string(value, "namespace")?,
                "behavior" => args.behavior = decoder.string(value, "behavior")?,
                "literals" => args.literals = decoder.strings(value, "literals")?,
                "files" => args.files = decoder.strings(value, "files")?,
                "envs" => args.envs = decoder.strings(value, "envs")?,
                "env" => env = vec![(decoder.string(value, "env")?, value.span())],
                "type" if has_type => args.secret_type = decoder.string(value, "type")?,
                "options" if is_null(value) => args.options = None,
                "options" => args.options = Some(GeneratorOptions::decode(decoder, value)?),
                _ => object.unknown(decoder, &key)?,
            }
        }
        env.retain(|(path, _)| !path.is_empty());
        args.envs.append(&mut env);
        Ok(args)
    }
}

impl GeneratorOptions {
    pub(crate) fn decode(decoder: &mut Decoder<'_>, node: &Node) -> Result<Self> {
        let mut options = Self::default();
        let mut object = Object::new(decoder, node, "generator options")?;
        while let Some((key, value)) = object.next(decoder)? {
            match key.as_str() {
                "labels" => options.labels = decoder.string_map(value, "labels")?,
                "annotations" => options.annotations = decoder.string_map(value, "annotations")?,
                "disablenamesuffixhash" => {
                    options.disable_name_suffix_hash =
                        decoder.bool(value, "disableNameSuffixHash")?;
                }
                "immutable" => options.immutable = decoder.bool(value, "immutable")?,
                _ => object.unknown(decoder, &key)?,
            }
        }
        Ok(options)
    }
}
