//! Character encodings by their IANA names, as `golang.org/x/text` has them.

use encoding_rs::Encoding;

use super::code_pages::code_page;
use super::{hz, supplement};

/// An encoding.
pub(in crate::functions) struct Charset {
    /// The name IANA prefers, used in messages.
    pub name: &'static str,
    codec: Codec,
}

enum Codec {
    Ascii,
    Utf8,
    Utf16 {
        little_endian: bool,
        mark: bool,
    },
    /// Chinese in seven bits (RFC 1843).
    Hz,
    /// The character of each byte.
    Table(Box<[char; 256]>),
    Whatwg(&'static Encoding),
}

/// The text cannot be written, or the bytes not read, in this encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::functions) struct Unmappable;

impl Charset {
    /// The encoding of a name or alias.
    pub(in crate::functions) fn find(name: &str) -> Option<Self> {
        let wanted = name.trim().to_lowercase();
        let (name, _) = NAMES.iter().find(|(name, aliases)| {
            name.eq_ignore_ascii_case(&wanted) || aliases.contains(&wanted.as_str())
        })?;
        let codec = match *name {
            "US-ASCII" => Codec::Ascii,
            "UTF-8" => Codec::Utf8,
            "HZ-GB-2312" => Codec::Hz,
            "UTF-16" => Codec::Utf16 {
                little_endian: false,
                mark: true,
            },
            "UTF-16BE" => Codec::Utf16 {
                little_endian: false,
                mark: false,
            },
            "UTF-16LE" => Codec::Utf16 {
                little_endian: true,
                mark: false,
            },
            name => match code_page(name) {
                Some(page) => Codec::Table(Box::new(page.table())),
                None => Codec::Whatwg(Encoding::for_label(whatwg_label(name).as_bytes())?),
            },
        };
        Some(Self { name, codec })
    }

    /// Text to bytes.
    pub(in crate::functions) fn encode(&self, text: &str) -> Result<Vec<u8>, Unmappable> {
        match &self.codec {
            Codec::Ascii if !text.is_ascii() => Err(Unmappable),
            Codec::Ascii | Codec::Utf8 => Ok(text.as_bytes().to_vec()),
            Codec::Utf16 {
                little_endian,
                mark,
            } => {
                let mark = mark.then_some(0xfeff);
                Ok(mark
                    .into_iter()
                    .chain(text.encode_utf16())
                    .flat_map(|unit| {
                        if *little_endian {
                            unit.to_le_bytes()
                        } else {
                            unit.to_be_bytes()
                        }
                    })
                    .collect())
            }
            Codec::Hz => hz::encode(text).ok_or(Unmappable),
            Codec::Table(table) => text
                .chars()
                .map(|c| {
                    let at = table.iter().position(|t| *t == c).ok_or(Unmappable)?;
                    Ok(at as u8)
                })
                .collect(),
            Codec::Whatwg(encoding) if text.chars().any(|c| is_unassigned(encoding, c)) => {
                Err(Unmappable)
            }
            Codec::Whatwg(encoding) => {
                let (bytes, _, unmappable) = encoding.encode(text);
                if unmappable {
                    supplement::encode(encoding, text).ok_or(Unmappable)
                } else {
                    Ok(bytes.into_owned())
                }
            }
        }
    }

    /// Bytes to text; a replacement character in the text counts as a failure.
    pub(in crate::functions) fn decode(&self, bytes: &[u8]) -> Result<String, Unmappable> {
        let text = match &self.codec {
            Codec::Ascii if !bytes.is_ascii() => return Err(Unmappable),
            Codec::Ascii | Codec::Utf8 => {
                String::from_utf8(bytes.to_vec()).map_err(|_| Unmappable)?
            }
            Codec::Utf16 {
                little_endian,
                mark,
            } => utf16(bytes, *little_endian, *mark)?,
            Codec::Hz => hz::decode(bytes).ok_or(Unmappable)?,
            Codec::Table(table) => bytes.iter().map(|b| table[usize::from(*b)]).collect(),
            Codec::Whatwg(encoding) => {
                let (text, broken) = encoding.decode_without_bom_handling(bytes);
                if broken || text.chars().any(|c| is_unassigned(encoding, c)) {
                    return Err(Unmappable);
                }
                text.into_owned()
            }
        };
        if text.contains('\u{fffd}') {
            return Err(Unmappable);
        }
        Ok(text)
    }
}

/// UTF-16; with `mark` a byte order mark decides.
fn utf16(bytes: &[u8], little_endian: bool, mark: bool) -> Result<String, Unmappable> {
    let (little_endian, bytes) = match bytes {
        [0xff, 0xfe, rest @ ..] if mark => (true, rest),
        [0xfe, 0xff, rest @ ..] if mark => (false, rest),
        bytes => (little_endian, bytes),
    };
    if !bytes.len().is_multiple_of(2) {
        return Err(Unmappable);
    }
    let units = bytes.chunks_exact(2).map(|pair| {
        let pair = [pair[0], pair[1]];
        if little_endian {
            u16::from_le_bytes(pair)
        } else {
            u16::from_be_bytes(pair)
        }
    });
    char::decode_utf16(units)
        .collect::<Result<_, _>>()
        .map_err(|_| Unmappable)
}

/// What the Encoding Standard maps for browsers' sake and Go does not: control
/// codes in code pages of one byte, private characters in Chinese ones.
fn is_unassigned(encoding: &'static Encoding, c: char) -> bool {
    match c {
        '\u{80}'..='\u{9f}' => encoding.is_single_byte(),
        '\u{e000}'..='\u{f8ff}' => matches!(encoding.name(), "GBK" | "gb18030"),
        _ => false,
    }
}

/// What the Encoding Standard calls it.
fn whatwg_label(name: &str) -> &str {
    match name {
        "Extended_UNIX_Code_Packed_Format_for_Japanese" => "euc-jp",
        "ISO_8859-6-E" => "iso-8859-6-e",
        "ISO_8859-6-I" => "iso-8859-6-i",
        "ISO_8859-8-E" => "iso-8859-8-e",
        "ISO_8859-8-I" => "iso-8859-8-i",
        name => name,
    }
}

/// Names and further names (in small letters) of the encodings.
#[rustfmt::skip]
const NAMES: &[(&str, &[&str])] = &[
    ("US-ASCII", &[
        "ansi_x3.4-1968", "ansi_x3.4-1986", "cp367", "csascii", "ibm367", "iso-ir-6", "iso646-us", "iso_646.irv:1991", "us",
    ]),
    ("UTF-8", &["csutf8"]),
    ("UTF-16", &["csutf16"]),
    ("UTF-16BE", &["csutf16be"]),
    ("UTF-16LE", &["csutf16le"]),
    ("IBM037", &[
        "cp037", "csibm037", "ebcdic-cp-ca", "ebcdic-cp-nl", "ebcdic-cp-us", "ebcdic-cp-wt",
    ]),
    ("IBM437", &["437", "cp437", "cspc8codepage437"]),
    ("IBM850", &["850", "cp850", "cspc850multilingual"]),
    ("IBM852", &["852", "cp852", "cspcp852"]),
    ("IBM855", &["855", "cp855", "csibm855"]),
    ("IBM00858", &["ccsid00858", "cp00858", "csibm00858", "pc-multilingual-850+euro"]),
    ("IBM860", &["860", "cp860", "csibm860"]),
    ("IBM862", &["862", "cp862", "cspc862latinhebrew"]),
    ("IBM863", &["863", "cp863", "csibm863"]),
    ("IBM865", &["865", "cp865", "csibm865"]),
    ("IBM866", &["866", "cp866", "csibm866"]),
    ("IBM1047", &["csibm1047", "ibm-1047"]),
    ("IBM01140", &["ccsid01140", "cp01140", "csibm01140", "ebcdic-us-37+euro"]),
    ("ISO_8859-1:1987", &[
        "cp819", "csisolatin1", "ibm819", "iso-8859-1", "iso-ir-100", "iso_8859-1", "l1", "latin1",
    ]),
    ("ISO_8859-2:1987", &[
        "csisolatin2", "iso-8859-2", "iso-ir-101", "iso_8859-2", "l2", "latin2",
    ]),
    ("ISO_8859-3:1988", &[
        "csisolatin3", "iso-8859-3", "iso-ir-109", "iso_8859-3", "l3", "latin3",
    ]),
    ("ISO_8859-4:1988", &[
        "csisolatin4", "iso-8859-4", "iso-ir-110", "iso_8859-4", "l4", "latin4",
    ]),
    ("ISO_8859-5:1988", &[
        "csisolatincyrillic", "cyrillic", "iso-8859-5", "iso-ir-144", "iso_8859-5",
    ]),
    ("ISO_8859-6:1987", &[
        "arabic", "asmo-708", "csisolatinarabic", "ecma-114", "iso-8859-6", "iso-ir-127", "iso_8859-6",
    ]),
    ("ISO_8859-6-E", &["csiso88596e", "iso-8859-6-e"]),
    ("ISO_8859-6-I", &["csiso88596i", "iso-8859-6-i"]),
    ("ISO_8859-7:1987", &[
        "csisolatingreek", "ecma-118", "elot_928", "greek", "greek8", "iso-8859-7", "iso-ir-126", "iso_8859-7",
    ]),
    ("ISO_8859-8:1988", &["csisolatinhebrew", "hebrew", "iso-8859-8", "iso-ir-138", "iso_8859-8"]),
    ("ISO_8859-8-E", &["csiso88598e", "iso-8859-8-e"]),
    ("ISO_8859-8-I", &["csiso88598i", "iso-8859-8-i"]),
    ("ISO_8859-9:1989", &[
        "csisolatin5", "iso-8859-9", "iso-ir-148", "iso_8859-9", "l5", "latin5",
    ]),
    ("ISO-8859-10", &["csisolatin6", "iso-ir-157", "iso_8859-10:1992", "l6", "latin6"]),
    ("ISO-8859-13", &["csiso885913"]),
    ("ISO-8859-14", &[
        "csiso885914", "iso-celtic", "iso-ir-199", "iso_8859-14", "iso_8859-14:1998", "l8", "latin8",
    ]),
    ("ISO-8859-15", &["csiso885915", "iso_8859-15", "latin-9"]),
    ("ISO-8859-16", &[
        "csiso885916", "iso-ir-226", "iso_8859-16", "iso_8859-16:2001", "l10", "latin10",
    ]),
    ("KOI8-R", &["cskoi8r"]),
    ("KOI8-U", &["cskoi8u"]),
    ("macintosh", &["csmacintosh", "mac"]),
    ("windows-874", &["cswindows874"]),
    ("windows-1250", &["cswindows1250"]),
    ("windows-1251", &["cswindows1251"]),
    ("windows-1252", &["cswindows1252"]),
    ("windows-1253", &["cswindows1253"]),
    ("windows-1254", &["cswindows1254"]),
    ("windows-1255", &["cswindows1255"]),
    ("windows-1256", &["cswindows1256"]),
    ("windows-1257", &["cswindows1257"]),
    ("windows-1258", &["cswindows1258"]),
    ("Extended_UNIX_Code_Packed_Format_for_Japanese", &["cseucpkdfmtjapanese", "euc-jp"]),
    ("ISO-2022-JP", &["csiso2022jp"]),
    ("Shift_JIS", &["csshiftjis", "ms_kanji"]),
    ("EUC-KR", &["cseuckr"]),
    ("GB18030", &["csgb18030"]),
    ("GBK", &["cp936", "csgbk", "ms936", "windows-936"]),
    ("HZ-GB-2312", &[]),
    ("Big5", &["csbig5"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_a_codec() {
        for (name, aliases) in NAMES {
            for alias in aliases.iter().chain([name]) {
                let charset = Charset::find(alias);
                let charset = charset.as_ref().map(|c| c.name);
                assert_eq!(charset, Some(*name), "{alias}");
            }
            let charset = Charset::find(name).and_then(|c| Some((c.encode("aZ09").ok()?, c)));
            let back = charset.map(|(bytes, c)| c.decode(&bytes));
            assert_eq!(back, Some(Ok("aZ09".to_owned())), "{name}");
        }
    }
}
