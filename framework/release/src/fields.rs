//! Reading typed fields out of a JSON object, with the path of what is wrong.

use std::collections::BTreeSet;

use crate::json::{Object, Value};
use crate::{Digest, NotADigest};

/// A field that is missing, unknown or of another type: `a.b: expected …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// The field, dotted; empty for the whole text.
    pub path: String,
    /// What was expected.
    pub why: String,
}

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.path.is_empty() {
            true => f.write_str(&self.why),
            false => write!(f, "{}: {}", self.path.escape_debug(), self.why),
        }
    }
}

impl std::error::Error for Malformed {}

/// The fields of one object, taken out one after the other. Nothing is copied
/// but what is taken.
#[derive(Debug)]
pub struct Fields<'a> {
    path: String,
    object: &'a Object,
    taken: Taken,
}

/// Places of fields that were taken.
#[derive(Debug, Default)]
struct Taken {
    /// The first 64.
    low: u64,
    high: BTreeSet<usize>,
}

impl Taken {
    /// Notes a place; says whether it is new.
    fn add(&mut self, place: usize) -> bool {
        if place >= 64 {
            return self.high.insert(place);
        }
        let new = self.low & 1 << place == 0;
        self.low |= 1 << place;
        new
    }

    fn has(&self, place: usize) -> bool {
        match place {
            0..64 => self.low & 1 << place != 0,
            _ => self.high.contains(&place),
        }
    }
}

impl<'a> Fields<'a> {
    /// The fields of the outermost value.
    pub fn root(value: &'a Value) -> Result<Self, Malformed> {
        Self::of(value, String::new())
    }

    /// The fields of `value`, which stands at `path`.
    pub fn of(value: &'a Value, path: String) -> Result<Self, Malformed> {
        match value {
            Value::Object(object) => Ok(Self::of_object(object, path)),
            _ => Err(Malformed {
                path,
                why: String::from("expected an object"),
            }),
        }
    }

    /// The fields of an object, which stands at `path`.
    pub fn of_object(object: &'a Object, path: String) -> Self {
        Self {
            path,
            object,
            taken: Taken::default(),
        }
    }

    /// The dotted path of a field.
    pub fn path(&self, name: &str) -> String {
        match self.path.is_empty() {
            true => String::from(name),
            false => format!("{}.{name}", self.path),
        }
    }

    /// The error of a field.
    pub fn error(&self, name: &str, why: impl Into<String>) -> Malformed {
        Malformed {
            path: self.path(name),
            why: why.into(),
        }
    }

    /// Takes a field that may be absent; `null` counts as absent.
    pub fn take(&mut self, name: &str) -> Option<&'a Value> {
        let place = self.object.index(name)?;
        let value = self.object.at(place).map(|(_, value)| value)?;
        let new = self.taken.add(place);
        (new && *value != Value::Null).then_some(value)
    }

    /// Takes a field that must be there and not `null`.
    pub fn need(&mut self, name: &str) -> Result<&'a Value, Malformed> {
        self.take(name)
            .ok_or_else(|| self.error(name, "is missing"))
    }

    /// A text that may be absent, not copied.
    pub fn maybe_text(&mut self, name: &str) -> Result<Option<&'a str>, Malformed> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.error(name, "expected a text")),
        }
    }

    /// A text, not copied.
    pub fn text(&mut self, name: &str) -> Result<&'a str, Malformed> {
        self.maybe_text(name)?
            .ok_or_else(|| self.error(name, "is missing"))
    }

    /// A text that may be absent.
    pub fn maybe_string(&mut self, name: &str) -> Result<Option<String>, Malformed> {
        self.maybe_text(name).map(|text| text.map(String::from))
    }

    /// A text.
    pub fn string(&mut self, name: &str) -> Result<String, Malformed> {
        self.maybe_string(name)?
            .ok_or_else(|| self.error(name, "is missing"))
    }

    /// `true` or `false`.
    pub fn bool(&mut self, name: &str) -> Result<bool, Malformed> {
        match self.need(name)? {
            Value::Bool(value) => Ok(*value),
            _ => Err(self.error(name, "expected true or false")),
        }
    }

    /// A whole number from 0 that may be absent.
    pub fn maybe_count(&mut self, name: &str) -> Result<Option<u64>, Malformed> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Int(number)) => u64::try_from(*number)
                .map(Some)
                .map_err(|_| self.error(name, "expected a number from 0")),
            Some(_) => Err(self.error(name, "expected a number")),
        }
    }

    /// A whole number from 0.
    pub fn count(&mut self, name: &str) -> Result<u64, Malformed> {
        self.maybe_count(name)?
            .ok_or_else(|| self.error(name, "is missing"))
    }

    /// A sha256 that may be absent.
    pub fn maybe_digest(&mut self, name: &str) -> Result<Option<Digest>, Malformed> {
        self.maybe_text(name)?
            .map(str::parse::<Digest>)
            .transpose()
            .map_err(|error: NotADigest| self.error(name, error.to_string()))
    }

    /// A sha256.
    pub fn digest(&mut self, name: &str) -> Result<Digest, Malformed> {
        self.maybe_digest(name)?
            .ok_or_else(|| self.error(name, "is missing"))
    }

    /// An object that may be absent.
    pub fn maybe_object(&mut self, name: &str) -> Result<Option<Self>, Malformed> {
        let path = self.path(name);
        self.take(name)
            .map(|value| Self::of(value, path))
            .transpose()
    }

    /// An object.
    pub fn object(&mut self, name: &str) -> Result<Self, Malformed> {
        self.maybe_object(name)?
            .ok_or_else(|| self.error(name, "is missing"))
    }

    /// A list; absent means empty.
    pub fn array(&mut self, name: &str) -> Result<&'a [Value], Malformed> {
        match self.take(name) {
            None => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(self.error(name, "expected a list")),
        }
    }

    /// A list of objects; absent means empty.
    pub fn objects(&mut self, name: &str) -> Result<Vec<Self>, Malformed> {
        let path = self.path(name);
        self.array(name)?
            .iter()
            .enumerate()
            .map(|(at, item)| Self::of(item, format!("{path}[{at}]")))
            .collect()
    }

    /// A list of texts; absent means empty.
    pub fn strings(&mut self, name: &str) -> Result<Vec<String>, Malformed> {
        self.array(name)?
            .iter()
            .map(|item| match item {
                Value::String(text) => Ok(text.clone()),
                _ => Err(self.error(name, "expected a list of texts")),
            })
            .collect()
    }

    /// All remaining fields with their paths.
    pub fn rest(self) -> impl Iterator<Item = (String, String, &'a Value)> {
        let Self {
            path,
            object,
            taken,
        } = self;
        let left = object.iter().enumerate();
        left.filter(move |(place, _)| !taken.has(*place))
            .map(move |(_, (key, value))| {
                let at = match path.is_empty() {
                    true => String::from(key),
                    false => format!("{path}.{key}"),
                };
                (String::from(key), at, value)
            })
    }

    /// Refuses what was not taken.
    pub fn finish(self) -> Result<(), Malformed> {
        let mut fields = self.object.iter().enumerate();
        match fields.find(|(place, _)| !self.taken.has(*place)) {
            None => Ok(()),
            Some((_, (name, _))) => Err(self.error(name, "unknown field")),
        }
    }
}
