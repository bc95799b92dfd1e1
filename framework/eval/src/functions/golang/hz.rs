//! HZ (RFC 1843): Chinese in seven bits, switched on by `~{` and off by `~}`.

/// Text to bytes; what is Chinese at the end is not switched off, as in Go.
pub(super) fn encode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut chinese = false;
    for c in text.chars() {
        if c.is_ascii() {
            if chinese {
                out.extend(b"~}");
                chinese = false;
            }
            out.push(c as u8);
            if c == '~' {
                out.push(b'~');
            }
            continue;
        }
        let mut buffer = [0; 4];
        // Not GBK, which writes the euro sign as one byte.
        let (bytes, _, unmappable) = encoding_rs::GB18030.encode(c.encode_utf8(&mut buffer));
        let [first @ 0xa1..=0xff, second @ 0xa1..=0xff] = *bytes else {
            return None;
        };
        if unmappable {
            return None;
        }
        if !chinese {
            out.extend(b"~{");
            chinese = true;
        }
        out.extend([first & 0x7f, second & 0x7f]);
    }
    Some(out)
}

/// Bytes to text.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    let mut out = String::new();
    let mut chinese = false;
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        let used = match (*first, after.first().copied()) {
            (b'~', Some(switch @ (b'{' | b'}'))) => {
                chinese = switch == b'{';
                2
            }
            (b'~', Some(b'~')) if !chinese => {
                out.push('~');
                2
            }
            (b'~', Some(b'\n')) => 2,
            (first @ 0x21..=0x7e, Some(second @ 0x21..=0x7e)) if chinese => {
                let pair = [first | 0x80, second | 0x80];
                let (text, broken) = encoding_rs::GBK.decode_without_bom_handling(&pair);
                if broken {
                    return None;
                }
                out.push_str(&text);
                2
            }
            (first @ 0..=0x7f, _) if !chinese && first != b'~' => {
                out.push(char::from(first));
                1
            }
            _ => return None,
        };
        rest = &rest[used..];
    }
    Some(out)
}
