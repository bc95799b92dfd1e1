//! Characters that browsers read but do not write in Big5 (Hong Kong's part)
//! and EUC-JP (JIS X 0212). Go writes them, so their bytes are looked up by
//! reading all candidates.

use encoding_rs::{BIG5, EUC_JP, Encoding};

/// Text to bytes, character by character; none if a character has no bytes.
pub(super) fn encode(encoding: &'static Encoding, text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    for c in text.chars() {
        let mut buffer = [0; 4];
        let (bytes, _, unmappable) = encoding.encode(c.encode_utf8(&mut buffer));
        if unmappable {
            out.extend(find(encoding, c)?);
        } else {
            out.extend_from_slice(&bytes);
        }
    }
    Some(out)
}

fn find(encoding: &'static Encoding, wanted: char) -> Option<Vec<u8>> {
    let means = |bytes: &[u8]| {
        encoding
            .decode_without_bom_handling_and_without_replacement(bytes)
            .is_some_and(|text| text.chars().eq([wanted]))
    };
    if encoding == BIG5 {
        let second = (0x40..=0x7e).chain(0xa1..=0xfe);
        let mut pairs = (0x81..=0xfe).flat_map(|a| second.clone().map(move |b| [a, b]));
        return pairs.find(|pair| means(pair)).map(|pair| pair.to_vec());
    }
    if encoding == EUC_JP {
        let mut triples = (0xa1..=0xfe).flat_map(|a| (0xa1..=0xfe).map(move |b| [0x8f, a, b]));
        return triples
            .find(|triple| means(triple))
            .map(|triple| triple.to_vec());
    }
    None
}
