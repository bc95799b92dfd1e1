//! Field specs from the OpenAPI definitions that `crds` lists
//! (`loadconfigfromcrds.go`).

use terrace_yaml::Node;

use super::{Conflict, FieldSpec, NameReference, TransformerConfig, merge_spec};

/// The configuration of one file: a map of type names to definitions.
pub(crate) fn from_crds(document: &Node) -> Result<TransformerConfig, Conflict> {
    let mut config = TransformerConfig::default();
    let Some(types) = document.as_mapping() else {
        return Ok(config);
    };
    for (name, definition) in types.iter() {
        let Some(name) = name.as_str() else { continue };
        let Some(properties) = schema(definition).and_then(|schema| schema.get("properties"))
        else {
            continue;
        };
        let is_resource = ["kind", "apiVersion", "metadata"]
            .iter()
            .all(|field| properties.get(field).is_some());
        if is_resource {
            let kind = name.rsplit('.').next().unwrap_or(name);
            let mut visit = Visit {
                document,
                kind,
                config: &mut config,
                path: Vec::new(),
                depth: 0,
            };
            visit.definition(name)?;
        }
    }
    config.sort();
    Ok(config)
}

/// Types inside one another; deeper ones are not looked at.
const MAX_DEPTH: usize = 32;

fn schema(definition: &Node) -> Option<&Node> {
    definition
        .as_mapping()?
        .iter()
        .find(|(key, _)| {
            key.as_str()
                .is_some_and(|key| key.eq_ignore_ascii_case("schema"))
        })
        .map(|(_, schema)| schema)
}

struct Visit<'a> {
    document: &'a Node,
    kind: &'a str,
    config: &'a mut TransformerConfig,
    path: Vec<String>,
    depth: usize,
}

impl Visit<'_> {
    fn spec(&self, extra: Option<&str>) -> FieldSpec {
        let mut path = self.path.join("/");
        if let Some(extra) = extra {
            path.push('/');
            path.push_str(extra);
        }
        FieldSpec {
            kind: self.kind.to_owned().into(),
            path: path.into(),
            ..FieldSpec::default()
        }
    }

    fn definition(&mut self, name: &str) -> Result<(), Conflict> {
        let properties = self
            .document
            .get(name)
            .and_then(schema)
            .and_then(|schema| schema.get("properties"))
            .and_then(Node::as_mapping);
        let Some(properties) = properties else {
            return Ok(());
        };
        if self.depth >= MAX_DEPTH {
            return Ok(());
        }
        self.depth += 1;
        for (name, property) in properties.iter() {
            let Some(name) = name.as_str() else { continue };
            self.path.push(name.to_owned());
            self.property(property)?;
            self.path.pop();
        }
        self.depth -= 1;
        Ok(())
    }

    fn property(&mut self, property: &Node) -> Result<(), Conflict> {
        let extension = |name: &str| property.get(name).and_then(Node::as_str);
        if extension("x-kubernetes-annotation").is_some() {
            let spec = self.spec(None);
            merge_spec(&mut self.config.common_annotations, &spec)?;
        }
        if extension("x-kubernetes-label-selector").is_some() {
            let spec = self.spec(None);
            merge_spec(&mut self.config.common_labels, &spec)?;
        }
        if extension("x-kubernetes-identity").is_some() {
            let spec = self.spec(None);
            merge_spec(&mut self.config.name_prefix, &spec)?;
        }
        if let Some(version) = extension("x-kubernetes-object-ref-api-version")
            && let Some(kind) = extension("x-kubernetes-object-ref-kind")
        {
            let key = extension("x-kubernetes-object-ref-name-key").unwrap_or("name");
            let reference = NameReference {
                version: version.to_owned().into(),
                kind: kind.to_owned().into(),
                referrers: vec![self.spec(Some(key))],
                ..NameReference::default()
            };
            self.config.merge_reference(&reference)?;
        }
        if let Some(reference) = extension("$ref") {
            self.definition(reference)?;
        }
        Ok(())
    }
}
