//! Reads any text and writes it in every form. What is written must read back,
//! and what kustomize prints must stay the same when it is read and printed.

#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use terrace_diag::FileId;
use terrace_yaml::{Node, ReadOptions, decode, duplicate_keys, emit, json, read, read_resources};

const FILE: FileId = FileId(0);

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = decode(bytes.to_vec()) else {
        return;
    };
    let source: Arc<str> = text.into();
    let options = ReadOptions::default();
    match read(&source, FILE, &options) {
        Ok(nodes) => nodes.iter().for_each(write),
        Err(error) => {
            for label in &error.labels {
                let span = label.span;
                assert!(source.get(span.start as usize..span.end as usize).is_some());
            }
        }
    }
    if let Ok(resources) = read_resources(&source, FILE, &options) {
        resources.documents.iter().for_each(write);
    }
});

fn write(node: &Node) {
    let _ = duplicate_keys(node);
    let _ = json::write(node, &mut String::new());
    let _ = json::write_v2(node, &mut String::new());
    let mut safe = String::new();
    emit::safe(node, &mut safe);
    let options = ReadOptions {
        merge_keys: false,
        ..ReadOptions::default()
    };
    assert!(read(&safe.into(), FILE, &options).is_ok());
    let mut printed = String::new();
    if emit::resource(node, &mut printed).is_ok() {
        let source: Arc<str> = printed.into();
        let read = read(&source, FILE, &ReadOptions::default());
        // A key `<<` and the character U+0085 do not survive.
        if let Ok(nodes) = read
            && !source.contains("<<")
            && !source.contains('\u{85}')
        {
            let mut again = String::new();
            assert!(emit::resource(&nodes[0], &mut again).is_ok());
            assert_eq!(again, *source);
        }
    }
}
