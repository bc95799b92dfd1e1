//! Terminal control sequences are taken out of what children print: records
//! and messages are text, and a sequence could rewrite what a terminal shows.

/// Takes control sequences out of a stream that comes in chunks.
#[derive(Debug, Default)]
pub(crate) struct Stripper {
    state: State,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Text,
    /// After CR: a following LF is the same line break.
    Return,
    /// After ESC.
    Escape,
    /// After ESC and an intermediate byte.
    Intermediate,
    /// In a CSI sequence.
    Control,
    /// In an OSC, DCS, SOS, PM or APC string.
    String,
    /// After ESC in such a string.
    StringEscape,
    /// After 0xC2, which starts the UTF-8 form of an 8-bit control.
    C2,
}

const ESC: u8 = 0x1b;

impl Stripper {
    /// Appends the text of `chunk` to `out`.
    pub(crate) fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) {
        // The common case, one pass at memory speed per search.
        if self.state == State::Text
            && !chunk.contains(&ESC)
            && !chunk.contains(&b'\r')
            && !chunk.contains(&0xc2)
            && !chunk.contains(&0x08)
            && !chunk.contains(&0x07)
            && !chunk.contains(&0)
        {
            out.extend_from_slice(chunk);
            return;
        }
        for &byte in chunk {
            self.byte(byte, out);
        }
    }

    /// Ends the stream.
    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) {
        match self.state {
            State::Return => out.push(b'\n'),
            State::C2 => out.push(0xc2),
            _ => {}
        }
        self.state = State::Text;
    }

    fn byte(&mut self, byte: u8, out: &mut Vec<u8>) {
        self.state = match self.state {
            State::Text => Self::text(byte, out),
            State::Return => {
                out.push(b'\n');
                if byte == b'\n' {
                    State::Text
                } else {
                    Self::text(byte, out)
                }
            }
            State::Escape => match byte {
                b'[' => State::Control,
                b']' | b'P' | b'X' | b'^' | b'_' => State::String,
                0x20..=0x2f => State::Intermediate,
                ESC => State::Escape,
                _ => State::Text,
            },
            State::Intermediate => match byte {
                0x20..=0x2f => State::Intermediate,
                _ => State::Text,
            },
            State::Control => match byte {
                0x20..=0x3f => State::Control,
                ESC => State::Escape,
                0x40..=0x7e => State::Text,
                // Not a sequence after all; what follows is text again.
                _ => Self::text(byte, out),
            },
            // A string that is never closed must not swallow the rest.
            State::String => match byte {
                0x07 => State::Text,
                ESC => State::StringEscape,
                b'\n' | b'\r' => Self::text(byte, out),
                _ => State::String,
            },
            State::StringEscape => match byte {
                b'\\' => State::Text,
                ESC => State::StringEscape,
                b'\n' | b'\r' => Self::text(byte, out),
                _ => State::String,
            },
            State::C2 => match byte {
                0x9b => State::Control,
                0x9d | 0x90 | 0x98 | 0x9e | 0x9f => State::String,
                0x80..=0x9f => State::Text,
                _ => {
                    out.push(0xc2);
                    Self::text(byte, out)
                }
            },
        };
    }

    fn text(byte: u8, out: &mut Vec<u8>) -> State {
        match byte {
            ESC => return State::Escape,
            b'\r' => return State::Return,
            0xc2 => return State::C2,
            b'\n' | b'\t' | 0x20..=0x7e | 0x80..=0xff => out.push(byte),
            _ => {}
        }
        State::Text
    }
}

/// `text` without terminal control sequences; CR becomes a line break.
pub fn strip_controls(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut stripper = Stripper::default();
    stripper.push(text.as_bytes(), &mut out);
    stripper.finish(&mut out);
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_sequences_out() {
        for (input, output) in [
            ("plain é\n", "plain é\n"),
            ("\x1b[1;31mred\x1b[0m", "red"),
            ("a\r\nb\rc\r", "a\nb\nc\n"),
            ("\x1b]0;title\x07x\x1b]8;;http://h\x1b\\link", "xlink"),
            ("\x1b]never closed\nnext", "\nnext"),
            ("\u{9b}31mred", "red"),
            ("\x1b(Bx\x1b=y", "xy"),
            ("bell\x07\x08\0", "bell"),
            ("\x1b[31\nx", "\nx"),
            ("£5", "£5"),
        ] {
            assert_eq!(strip_controls(input), output, "{input:?}");
        }
    }

    #[test]
    fn cuts_between_chunks_make_no_difference() {
        let input = "a\x1b[1;31mré£d\x1b]8;;x\x1b\\y\r\nz\u{9b}0m\r".as_bytes();
        let whole = strip_controls(std::str::from_utf8(input).expect("text"));
        for cut in 0..=input.len() {
            let mut out = Vec::new();
            let mut stripper = Stripper::default();
            stripper.push(&input[..cut], &mut out);
            stripper.push(&input[cut..], &mut out);
            stripper.finish(&mut out);
            assert_eq!(String::from_utf8_lossy(&out), whole, "cut at {cut}");
        }
    }
}
