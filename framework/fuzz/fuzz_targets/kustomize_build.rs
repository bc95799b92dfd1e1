//! Builds of arbitrary files end with a result or a message. The input is cut at
//! 0x00 bytes into a kustomization, a resource file, a patch and a second
//! kustomization below.

#![no_main]

use libfuzzer_sys::fuzz_target;
use terrace_kustomize::{Memory, Options, load};

fuzz_target!(|data: &[u8]| {
    let mut files = Memory::new();
    let paths = [
        "top/kustomization.yaml",
        "top/r.yaml",
        "top/p.yaml",
        "base/kustomization.yaml",
        "base/r.yaml",
    ];
    for (path, text) in paths.iter().zip(data.split(|byte| *byte == 0)) {
        files.insert(path, text);
    }
    if let Ok(resources) = load(&files, "/top", &Options::default()) {
        for resource in resources.iter() {
            let _ = resource.leaves();
        }
        let _ = resources.to_yaml();
    }
});
