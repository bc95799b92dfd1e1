//! Speed: megabytes per second of lexing, parsing, formatting and printing, and
//! of hcl-edit over the same text in the same run.
#![allow(clippy::print_stdout, reason = "a tool for the terminal")]
#![allow(clippy::disallowed_methods, reason = "a benchmark measures time")]

use std::hint::black_box;
use std::time::Instant;

use terrace_diag::FileId;
use terrace_hcl::{LexMode, Source, format, lex, parse_body, print};

/// A file of blocks as modules have them.
fn blocks(count: usize) -> String {
    let mut text = String::new();
    for index in 0..count {
        text.push_str(&std::format!(
            r#"# Node pool {index}.
resource "aws_eks_node_group" "pool_{index}" {{
  cluster_name    = aws_eks_cluster.main.name
  node_group_name = "${{local.name}}-pool-{index}"
  subnet_ids      = [for s in aws_subnet.private : s.id if s.zone != "x"]

  scaling_config {{
    desired_size = var.sizes["pool_{index}"].desired # may drift
    max_size     = max(var.sizes["pool_{index}"].max, 3)
    min_size     = 1
  }}

  tags = merge(local.tags, {{
    "kubernetes.io/cluster/${{local.name}}" = "owned"
    Name                                  = "pool-{index}"
    Enabled                               = var.enabled && !var.dry_run ? "yes" : "no"
  }})

  lifecycle {{
    ignore_changes = [scaling_config[0].desired_size]
  }}
}}

"#
        ));
    }
    text
}

/// One object of many keys.
fn keys(count: usize) -> String {
    let mut text = String::from("a = {\n");
    for index in 0..count {
        text.push_str(&std::format!("  key_{index} = \"value {index}\"\n"));
    }
    text.push_str("}\n");
    text
}

fn measure(name: &str, bytes: usize, mut run: impl FnMut()) -> f64 {
    run();
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let start = Instant::now();
        run();
        best = best.min(start.elapsed().as_secs_f64());
    }
    let speed = bytes as f64 / best / 1e6;
    println!("  {name:<22} {speed:8.1} MB/s  {:8.2} ms", best * 1e3);
    speed
}

fn main() {
    let file = FileId(0);
    for (name, text, against_peer) in [
        ("blocks", blocks(1500), true),
        ("1,000 keys", keys(1000), true),
        ("50,000 keys", keys(50_000), false),
    ] {
        println!("{name}: {:.2} MB", text.len() as f64 / 1e6);
        let source = Source {
            file,
            text: &text,
            base: 0,
        };
        measure("lex", text.len(), || {
            black_box(lex(source, LexMode::Normal));
        });
        let ours = measure("parse", text.len(), || {
            black_box(parse_body(file, &text));
        });
        measure("format", text.len(), || {
            black_box(format(&text).is_ok());
        });
        let (body, _) = parse_body(file, &text);
        measure("print", text.len(), || {
            black_box(print::body(&body));
        });
        if against_peer {
            let theirs = measure("hcl-edit parse", text.len(), || {
                black_box(text.parse::<hcl_edit::structure::Body>().is_ok());
            });
            println!("  parse is {:.1} times as fast as hcl-edit", ours / theirs);
        }
    }
}
