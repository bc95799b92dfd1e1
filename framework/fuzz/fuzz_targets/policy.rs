//! The texts that rules and trust are made of: windows, patterns of covered
//! values, allowed_signers, release.json, SHA256SUMS.

#![no_main]

use libfuzzer_sys::fuzz_target;
use terrace_diag::FileId;
use terrace_evidence::{AllowedSigners, Time};
use terrace_promotion::{Window, coverage};
use terrace_release::{ReleaseManifest, Sums};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(release) = ReleaseManifest::parse(bytes) {
        assert_eq!(release.to_text().as_bytes(), bytes);
    }
    if let Ok(sums) = Sums::parse(bytes) {
        assert_eq!(sums.to_text().as_bytes(), bytes);
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(window) = Window::parse(true, text) {
        let again = Window::parse(true, &window.to_string());
        assert_eq!(again, Ok(window.clone()));
        let allow = Window::parse(false, text).expect("the same text");
        let now = Time(1_795_251_600);
        assert_ne!(window.refuses(now), allow.refuses(now));
    }
    let _ = AllowedSigners::parse(FileId(0), text);
    if let Some((pattern, path)) = text.split_once('\n') {
        let _ = coverage::matches(pattern, path);
    }
});
