//! Gzip as Go's `compress/gzip` writes and reads it.

use std::io::Read;

use super::deflate;

/// The gzip stream of one `Write`, `Flush` and `Close` at the default level:
/// no name, no time, operating system "unknown".
pub(in crate::functions) fn gzip(input: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    out.extend(deflate::compress(input));
    let mut crc = flate2::Crc::new();
    crc.update(input);
    out.extend(crc.sum().to_le_bytes());
    out.extend(crc.amount().to_le_bytes());
    out
}

/// The largest text that is unpacked; a few kilobytes can hold gigabytes.
const LIMIT: u64 = 64 << 20;

/// The bytes of all members of a gzip stream, or what is wrong with it.
pub(in crate::functions) fn gunzip(input: &[u8]) -> Result<Vec<u8>, String> {
    if input.len() < 10 {
        let what = if input.is_empty() {
            "EOF"
        } else {
            "unexpected EOF"
        };
        return Err(format!("failed to gunzip bytestream: {what}"));
    }
    if input[..2] != [0x1f, 0x8b] || input[2] != 8 {
        return Err("failed to gunzip bytestream: gzip: invalid header".to_owned());
    }
    let mut out = Vec::new();
    let mut reader = flate2::read::MultiGzDecoder::new(input).take(LIMIT + 1);
    match reader.read_to_end(&mut out) {
        Ok(_) if out.len() as u64 > LIMIT => Err(format!(
            "failed to read gunzip raw data: more than {} MiB",
            LIMIT >> 20
        )),
        Ok(_) => Ok(out),
        Err(error) => Err(format!("failed to read gunzip raw data: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_can_be_unpacked() {
        let mut seed = 1u32;
        let mut noise = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        };
        let random: Vec<u8> = (0..200_000).map(|_| noise()).collect();
        let letters: Vec<u8> = (0..300_000).map(|_| b'a' + noise() % 5).collect();
        let lines = "one line of text and another one\n"
            .repeat(20_000)
            .into_bytes();
        for input in [b"".to_vec(), b"a".to_vec(), random, letters, lines] {
            assert_eq!(gunzip(&gzip(&input)).as_deref(), Ok(input.as_slice()));
        }
    }
}
