//! Random expressions: mostly well typed, sometimes not.

use std::fmt::Write as _;

/// A small generator of random numbers (xorshift64*), the same everywhere.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d);
        (drawn >> 33) as usize % n.max(1)
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

/// What an expression is meant to be.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Number,
    Text,
    Bool,
    Sequence,
    Mapping,
    Any,
}

/// Functions by the kind of their result, with the kinds of their arguments.
const FUNCTIONS: [(Kind, &str, &[Kind]); 62] = {
    use Kind::{Any as A, Bool as B, Mapping as M, Number as N, Sequence as S, Text as T};
    [
        (N, "length", &[S]),
        (N, "length", &[M]),
        (N, "length", &[T]),
        (N, "abs", &[N]),
        (N, "ceil", &[N]),
        (N, "floor", &[N]),
        (N, "signum", &[N]),
        (N, "max", &[N, N]),
        (N, "min", &[N, N]),
        (N, "sum", &[S]),
        (N, "index", &[S, A]),
        (N, "tonumber", &[A]),
        (N, "parseint", &[T, N]),
        (N, "one", &[S]),
        (T, "upper", &[T]),
        (T, "lower", &[T]),
        (T, "title", &[T]),
        (T, "trimspace", &[T]),
        (T, "strrev", &[T]),
        (T, "chomp", &[T]),
        (T, "indent", &[N, T]),
        (T, "substr", &[T, N, N]),
        (T, "replace", &[T, T, T]),
        (T, "join", &[T, S]),
        (T, "jsonencode", &[A]),
        (T, "yamlencode", &[A]),
        (T, "base64encode", &[T]),
        (T, "urlencode", &[T]),
        (T, "md5", &[T]),
        (T, "tostring", &[A]),
        (T, "coalesce", &[T, T]),
        (T, "trimprefix", &[T, T]),
        (B, "contains", &[S, A]),
        (B, "tobool", &[A]),
        (B, "startswith", &[T, T]),
        (B, "strcontains", &[T, T]),
        (B, "alltrue", &[S]),
        (B, "anytrue", &[S]),
        (S, "concat", &[S, S]),
        (S, "tolist", &[S]),
        (S, "toset", &[S]),
        (S, "flatten", &[S]),
        (S, "keys", &[M]),
        (S, "values", &[M]),
        (S, "reverse", &[S]),
        (S, "distinct", &[S]),
        (S, "compact", &[S]),
        (S, "sort", &[S]),
        (S, "slice", &[S, N, N]),
        (S, "split", &[T, T]),
        (S, "setunion", &[S, S]),
        (S, "setintersection", &[S, S]),
        (S, "setproduct", &[S, S]),
        (S, "chunklist", &[S, N]),
        (S, "coalescelist", &[S, S]),
        (M, "merge", &[M, M]),
        (M, "tomap", &[M]),
        (M, "zipmap", &[S, S]),
        (M, "transpose", &[M]),
        (A, "element", &[S, N]),
        (A, "lookup", &[M, T, A]),
        (A, "sensitive", &[A]),
    ]
};

/// Definitions of the variables that expressions may read; the attributes of
/// `known` and `late` have the same names and kinds.
pub(crate) const LOCALS: &str = r#"
known = {
  num = 3
  half = 0.5
  str = "ops"
  text = "a b"
  yes = true
  list = [1, "2", true]
  names = tolist(["x", "y"])
  set = toset(["b", "a"])
  obj = { a = 1, b = "two", c = { d = [1, 2] } }
  map = tomap({ k = "v", l = "w" })
  empty = []
  nul = null
}
late = {
  num = 7
  half = 2.25
  str = "vpc-1"
  text = "x\ny"
  yes = false
  list = ["p", 2]
  names = tolist(["q"])
  set = toset(["z"])
  obj = { a = 10, b = "zwei", c = { d = [3] } }
  map = tomap({ k = "late" })
  empty = []
  nul = null
}
"#;

/// Makes expressions.
pub(crate) struct Generator {
    random: Random,
    /// Variables of enclosing `for` expressions.
    bound: Vec<String>,
    /// Roots of variables, such as `local.known`; none for constants only.
    roots: Vec<&'static str>,
    /// Whether functions are called.
    functions: bool,
}

impl Generator {
    pub(crate) fn new(seed: u64, roots: &[&'static str], functions: bool) -> Self {
        Self {
            random: Random::new(seed),
            bound: Vec::new(),
            roots: roots.to_vec(),
            functions,
        }
    }

    pub(crate) fn expression(&mut self) -> String {
        let kind = self.kind();
        self.make(kind, 4)
    }

    fn kind(&mut self) -> Kind {
        [
            Kind::Number,
            Kind::Text,
            Kind::Bool,
            Kind::Sequence,
            Kind::Mapping,
            Kind::Any,
        ][self.random.below(6)]
    }

    fn make(&mut self, kind: Kind, depth: u32) -> String {
        // Now and then something else, for the errors and conversions.
        let kind = if self.random.below(14) == 0 {
            self.kind()
        } else {
            kind
        };
        if depth == 0 || self.random.below(5) == 0 {
            return self.leaf(kind);
        }
        let d = depth - 1;
        if self.functions && self.random.below(3) == 0 {
            return self.call(kind, d);
        }
        match self.random.below(12) {
            0 => {
                let condition = self.make(Kind::Bool, d);
                let (yes, no) = (self.make(kind, d), self.make(kind, d));
                return self.wrap(format!("{condition} ? {yes} : {no}"));
            }
            1 => {
                let (a, b) = (self.make(kind, d), self.make(kind, d));
                return format!("try({a}, {b})");
            }
            2 => {
                let name = self.random.pick(&["a", "b", "c", "k"]);
                let mapping = self.make(Kind::Mapping, d);
                return if self.random.below(2) == 0 {
                    format!("{mapping}.{name}")
                } else {
                    format!("{mapping}[\"{name}\"]")
                };
            }
            3 => {
                let index = self.make(Kind::Number, d.min(1));
                let sequence = self.make(Kind::Sequence, d);
                return format!("{sequence}[{index}]");
            }
            _ => {}
        }
        match kind {
            Kind::Number => self.number(d),
            Kind::Text => self.text(d),
            Kind::Bool => self.boolean(d),
            Kind::Sequence => self.sequence(d),
            Kind::Mapping => self.mapping(d),
            Kind::Any => {
                let kind = self.kind();
                self.make(kind, d)
            }
        }
    }

    fn call(&mut self, kind: Kind, d: u32) -> String {
        let fitting: Vec<_> = FUNCTIONS.iter().filter(|f| f.0 == kind).collect();
        let (_, name, kinds) = fitting[self.random.below(fitting.len())];
        let arguments: Vec<String> = kinds.iter().map(|kind| self.make(*kind, d)).collect();
        format!("{name}({})", arguments.join(", "))
    }

    /// Mostly in parentheses; without them precedence decides.
    fn wrap(&mut self, text: String) -> String {
        if self.random.below(4) == 0 {
            text
        } else {
            format!("({text})")
        }
    }

    fn leaf(&mut self, kind: Kind) -> String {
        if !self.bound.is_empty() && self.random.below(3) == 0 {
            return self.bound[self.random.below(self.bound.len())].clone();
        }
        if !self.roots.is_empty() && self.random.below(2) == 0 {
            let root = self.roots[self.random.below(self.roots.len())];
            let name = match kind {
                Kind::Number => self.random.pick(&["num", "half"]),
                Kind::Text => self.random.pick(&["str", "text"]),
                Kind::Bool => "yes",
                Kind::Sequence => self.random.pick(&["list", "names", "set", "empty"]),
                Kind::Mapping => self.random.pick(&["obj", "map"]),
                Kind::Any => self.random.pick(&["nul", "num", "obj", "list"]),
            };
            return format!("{root}.{name}");
        }
        let choices: &[&str] = match kind {
            Kind::Number => &["0", "1", "2", "-1", "0.5", "1e3", "\"4\"", "10"],
            Kind::Text => &[
                "\"\"",
                "\"a\"",
                "\"b c\"",
                "\"é\"",
                "\"1\"",
                "\"x\\ny\"",
                "12",
            ],
            Kind::Bool => &["true", "false", "\"true\""],
            Kind::Sequence => &["[]", "[1, 2]", "[\"a\", \"b\"]", "[null]", "[{ a = 1 }]"],
            Kind::Mapping => &["{}", "{ a = 1 }", "{ a = 1, b = \"x\" }", "{ k = [] }"],
            Kind::Any => &["null", "1", "\"a\"", "true", "[]", "{}"],
        };
        self.random.pick(choices).into()
    }

    fn number(&mut self, d: u32) -> String {
        if self.random.below(6) == 0 {
            let operand = self.make(Kind::Number, d);
            return self.wrap(format!("-{operand}"));
        }
        let op = self.random.pick(&["+", "-", "*", "/", "%"]);
        let (a, b) = (self.make(Kind::Number, d), self.make(Kind::Number, d));
        self.wrap(format!("{a} {op} {b}"))
    }

    fn text(&mut self, d: u32) -> String {
        let mut out = String::from("\"");
        for _ in 0..=self.random.below(3) {
            match self.random.below(6) {
                0 | 1 => out.push_str(self.random.pick(&["a", " ", "-", "\\n", "é", "$"])),
                2 => {
                    let condition = self.make(Kind::Bool, d);
                    let (yes, no) = (self.make(Kind::Text, d), self.make(Kind::Text, d));
                    let _ = write!(
                        out,
                        "%{{ if {condition} }}${{{yes}}}%{{ else }}${{{no}}}%{{ endif }}"
                    );
                }
                3 => {
                    let collection = self.make(Kind::Sequence, d);
                    let name = self.enter();
                    let body = self.make(Kind::Text, d);
                    self.bound.pop();
                    let _ = write!(
                        out,
                        "%{{ for {name} in {collection} }}${{{body}}},%{{ endfor }}"
                    );
                }
                _ => {
                    let inner = self.make(Kind::Text, d);
                    let _ = write!(out, "${{{inner}}}");
                }
            }
        }
        out.push('"');
        out
    }

    fn boolean(&mut self, d: u32) -> String {
        match self.random.below(6) {
            0 => {
                let operand = self.make(Kind::Bool, d);
                self.wrap(format!("!{operand}"))
            }
            1 => {
                let op = self.random.pick(&["<", "<=", ">", ">="]);
                let (a, b) = (self.make(Kind::Number, d), self.make(Kind::Number, d));
                self.wrap(format!("{a} {op} {b}"))
            }
            2 => {
                let op = self.random.pick(&["&&", "||"]);
                let (a, b) = (self.make(Kind::Bool, d), self.make(Kind::Bool, d));
                self.wrap(format!("{a} {op} {b}"))
            }
            3 => format!("can({})", self.make(Kind::Any, d)),
            _ => {
                let kind = self.kind();
                let op = self.random.pick(&["==", "!="]);
                let (a, b) = (self.make(kind, d), self.make(kind, d));
                self.wrap(format!("{a} {op} {b}"))
            }
        }
    }

    fn enter(&mut self) -> String {
        let name = format!("v{}", self.bound.len());
        self.bound.push(name.clone());
        name
    }

    fn sequence(&mut self, d: u32) -> String {
        match self.random.below(5) {
            0 | 1 => {
                let collection = if self.random.below(2) == 0 {
                    self.make(Kind::Sequence, d)
                } else {
                    self.make(Kind::Mapping, d)
                };
                let with_key = self.random.below(3) == 0;
                let key = with_key.then(|| self.enter());
                let value = self.enter();
                let body = self.make(Kind::Any, d);
                let condition = (self.random.below(3) == 0).then(|| self.make(Kind::Bool, d));
                self.bound.pop();
                if with_key {
                    self.bound.pop();
                }
                let key = key.map(|key| format!("{key}, ")).unwrap_or_default();
                let condition = condition.map(|c| format!(" if {c}")).unwrap_or_default();
                format!("[for {key}{value} in {collection} : {body}{condition}]")
            }
            2 => {
                let kind = [Kind::Sequence, Kind::Mapping, Kind::Any][self.random.below(3)];
                let source = self.make(kind, d);
                let rest = self.random.pick(&["", ".a", "[0]", "[\"b\"]"]);
                format!("{source}[*]{rest}")
            }
            _ => {
                let kind = self.kind();
                let count = self.random.below(4);
                let items: Vec<String> = (0..count).map(|_| self.make(kind, d)).collect();
                format!("[{}]", items.join(", "))
            }
        }
    }

    fn mapping(&mut self, d: u32) -> String {
        if self.random.below(3) == 0 {
            let collection = self.make(Kind::Sequence, d);
            let value = self.enter();
            let key = self.make(Kind::Text, d.min(1));
            let body = self.make(Kind::Any, d);
            self.bound.pop();
            let group = self.random.pick(&["", "..."]);
            return format!("{{ for {value} in {collection} : {key} => {body}{group} }}");
        }
        let mut out = String::from("{ ");
        for _ in 0..self.random.below(4) {
            let key = match self.random.below(4) {
                0 => format!("({})", self.make(Kind::Text, d.min(1))),
                _ => self.random.pick(&["a", "b", "c", "k", "\"x y\""]).into(),
            };
            let value = self.make(Kind::Any, d);
            let _ = write!(out, "{key} = {value}, ");
        }
        out.push('}');
        out
    }
}
