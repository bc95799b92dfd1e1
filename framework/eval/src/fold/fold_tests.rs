use smol_str::SmolStr;
use terrace_diag::FileId;

use super::*;
use crate::files::NoFiles;
use crate::scope::{Lookup, Step};

/// `env.name` and `local.*` are known, `late.X` stands for `module.X.out`.
struct TestScope;

fn parse(text: &str) -> Expr {
    terrace_hcl::parse_expression(FileId(0), text, 0).expect(text)
}

fn constant(text: &str) -> Value {
    crate::evaluate::evaluate(&parse(text), &EmptyScope, &Context::new(&NoFiles)).expect(text)
}

impl Scope for TestScope {
    fn lookup(
        &self,
        root: &str,
        steps: &[Step<'_>],
        _span: Span,
    ) -> Option<Result<Lookup, Diagnostic>> {
        let value = match root {
            "env" => constant("{ name = \"ops\", zones = [\"a\", \"b\"], n = 3, empty = [] }"),
            "local" => {
                if steps.first().and_then(Step::name) == Some("mixed") {
                    return Some(Ok(Lookup::Late {
                        expr: parse("{ known = 1, late = module.m.out }"),
                        consumed: 1,
                        sensitive: false,
                    }));
                }
                constant("{ tags = { b = \"2\", a = \"1\" } }")
            }
            "late" => {
                let name = steps.first().and_then(Step::name)?;
                return Some(Ok(Lookup::Late {
                    expr: parse(&format!("module.{name}.out")),
                    consumed: 1,
                    sensitive: name == "secret",
                }));
            }
            _ => return None,
        };
        Some(Ok(Lookup::Value { value, consumed: 0 }))
    }

    fn names(&self) -> Vec<SmolStr> {
        vec!["env".into(), "local".into(), "late".into()]
    }
}

fn folded(text: &str) -> String {
    match fold(&parse(text), &TestScope, &Context::new(&NoFiles)) {
        Ok(folded) => {
            terrace_hcl::print::expression_inline(&folded.into_expr(Span::new(FileId(0), 0, 0)))
        }
        Err(diagnostics) => {
            let messages: Vec<_> = diagnostics.iter().map(|d| d.message.clone()).collect();
            format!("error: {}", messages.join("; "))
        }
    }
}

#[test]
fn residuals() {
    for (text, residual) in [
        ("env.name", "\"ops\""),
        ("late.vpc", "module.vpc.out"),
        ("late.vpc.id[env.n]", "module.vpc.out.id[3]"),
        ("\"${env.name}-${late.vpc}\"", "\"ops-${module.vpc.out}\""),
        ("\"${\"\"}${late.vpc}\"", "\"${\"\"}${module.vpc.out}\""),
        ("[env.name, late.vpc]", "[\"ops\", module.vpc.out]"),
        ("{ (env.name) = late.vpc }", "{ ops = module.vpc.out }"),
        ("{ (late.vpc) = env.n + 1 }", "{ (module.vpc.out) = 4 }"),
        ("1 + env.n * 2 + late.n", "7 + module.n.out"),
        ("env.name == \"ops\" ? \"a\" : late.x", "\"a\""),
        ("env.name == \"ops\" ? late.x : null", "module.x.out"),
        (
            "env.name == \"ops\" ? late.x : \"\"",
            "tostring(module.x.out)",
        ),
        (
            "env.name == \"ops\" ? late.x : 1",
            "true ? module.x.out : 1",
        ),
        (
            "env.name == \"ops\" ? 1 : late.x",
            "true ? 1 : module.x.out",
        ),
        (
            "env.name == \"ops\" ? \"\" : late.secret",
            "true ? \"\" : module.secret.out",
        ),
        (
            "late.c ? env.empty[0] : null",
            "module.c.out ? [][0] : null",
        ),
        (
            "[for z in env.zones : \"${z}-${late.x}\"]",
            "[\"a-${module.x.out}\", \"b-${module.x.out}\"]",
        ),
        (
            "{ for z in env.zones : z => late.x[z] }",
            "{ a = module.x.out[\"a\"], b = module.x.out[\"b\"] }",
        ),
        (
            "[for z in late.zones : \"${env.name}-${z}\"]",
            "[for z in module.zones.out : \"ops-${z}\"]",
        ),
        (
            "[for module in late.zones : late.x]",
            "[for module_ in module.zones.out : module.x.out]",
        ),
        (
            "[for z in env.zones : z if late.on]",
            "[for z in [\"a\", \"b\"] : z if module.on.out]",
        ),
        (
            "[for k, v in local.mixed : \"${k}=${v}\"]",
            "[\"known=1\", \"late=${module.m.out}\"]",
        ),
        ("local.mixed.known + 1", "2"),
        ("local.mixed.late", "module.m.out"),
        ("local.mixed[\"late\"].x", "module.m.out.x"),
        ("late.list[*].id", "module.list.out[*].id"),
        (
            "[late.a, late.b][*].id",
            "[module.a.out.id, module.b.out.id]",
        ),
        (
            "try(late.x, env.nope.x, env.name)",
            "try(module.x.out, \"ops\")",
        ),
        ("try(env.nope, late.x)", "try(module.x.out)"),
        ("try(env.name, late.x)", "\"ops\""),
        ("can(late.x)", "can(module.x.out)"),
        ("can(env.nope)", "false"),
        ("-late.n", "-module.n.out"),
        ("(env.n + late.n) * 2", "(3 + module.n.out) * 2"),
        (
            "\"%{ if late.on }${env.name}%{ else }x%{ endif }\"",
            "\"%{if module.on.out}ops%{else}x%{endif}\"",
        ),
        (
            "\"%{ if env.n > 1 }a-${late.x}%{ endif }!\"",
            "\"a-${module.x.out}!\"",
        ),
        (
            "\"%{ for z in env.zones }${z}=${late.x},%{ endfor }\"",
            "\"a=${module.x.out},b=${module.x.out},\"",
        ),
        (
            "local.mixed.knwon",
            "error: this object does not have an attribute named \"knwon\"",
        ),
        (
            "[1 + {}, late.x, null.x]",
            "error: unsuitable value for left operand",
        ),
    ] {
        let got = folded(text);
        if let Some(start) = residual.strip_prefix("error: unsuitable") {
            assert!(got.starts_with("error: unsuitable"), "{text}: {got}{start}");
            continue;
        }
        assert_eq!(got, residual, "{text}");
    }
}

#[test]
fn literals_keep_types() {
    for text in [
        "{ a = -1.5, \"b c\" = [null, true], d = \"$${x}\" }",
        "1 / 0",
        "true ? [1, 2] : [3]",
        "\"a\\nb\"",
    ] {
        let value = constant(text);
        let expr = value_to_expr(&value, Span::new(FileId(0), 0, 0));
        let printed = terrace_hcl::print::expression_inline(&expr);
        assert_eq!(constant(&printed), value, "{printed}");
    }
}
