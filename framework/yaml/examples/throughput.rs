//! Reads and writes files of resources and prints how fast that is, in MB of
//! input and of output per second, the best of several rounds; with `--print` it
//! prints the resources instead.
//!
//! `cargo run --release -p terrace-yaml --example throughput -- FILE…`

use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use terrace_diag::FileId;
use terrace_yaml::{Node, ReadOptions, emit, read_resources};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut stdout = std::io::stdout().lock();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let print = arguments.iter().any(|argument| argument == "--print");
    for path in arguments.iter().filter(|path| *path != "--print") {
        let source: Arc<str> = terrace_yaml::decode(std::fs::read(path)?)
            .map_err(|error| error.message)?
            .into();
        let parse = || {
            read_resources(&source, FileId(0), &ReadOptions::default()).map_err(|errors| {
                let messages: Vec<String> = errors.into_iter().map(|e| e.message).collect();
                messages.join("; ")
            })
        };
        if print {
            stdout.write_all(write(&parse()?.documents)?.as_bytes())?;
            continue;
        }
        let (nodes, read_time) = best(parse);
        let documents = nodes?.documents;
        let (text, write_time) = best(|| write(&documents));
        let rate = |bytes: usize, time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
        writeln!(
            stdout,
            "{path}: {} bytes, read {:.0} MB/s, write {:.0} MB/s",
            source.len(),
            rate(source.len(), read_time),
            rate(text?.len(), write_time)
        )?;
    }
    Ok(())
}

fn write(documents: &[Node]) -> Result<String, String> {
    let mut text = String::new();
    for (at, document) in documents.iter().enumerate() {
        if at > 0 {
            text.push_str("---\n");
        }
        emit::resource(document, &mut text).map_err(|error| error.message)?;
    }
    Ok(text)
}

fn best<T>(run: impl Fn() -> T) -> (T, Duration) {
    let timed = || {
        let start = Instant::now();
        let value = run();
        (value, start.elapsed())
    };
    let mut best = timed();
    for _ in 0..9 {
        let next = timed();
        if next.1 < best.1 {
            best = next;
        }
    }
    best
}
