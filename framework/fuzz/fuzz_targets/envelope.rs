//! Whatever the bytes, an envelope is read or refused; what is read is written
//! and read again as the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use terrace_evidence::{Envelope, Statement};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(envelope) = Envelope::parse(bytes) {
        let again = Envelope::parse(envelope.to_text().as_bytes());
        assert_eq!(again.as_ref(), Ok(&envelope));
        if let Ok(statement) = Statement::parse(&envelope.payload) {
            let text = statement.to_text();
            assert_eq!(Statement::parse(text.as_bytes()), Ok(statement));
        }
    }
    if let Ok(statement) = Statement::parse(bytes) {
        let text = statement.to_text();
        assert_eq!(Statement::parse(text.as_bytes()), Ok(statement));
    }
});
