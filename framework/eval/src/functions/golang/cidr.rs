//! Address arithmetic of the `cidr…` functions: Terraform's `internal/ipaddr`
//! (which, unlike Go today, accepts leading zeros) and `go-cidr`.

use std::net::{Ipv4Addr, Ipv6Addr};

use num_bigint::BigInt;

/// An address; the numbers are in network order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::functions) struct Address {
    bits: u128,
    v6: bool,
}

/// An address prefix, host bits zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::functions) struct Prefix {
    address: Address,
    length: u32,
}

impl Address {
    /// `1.2.3.4` or an IPv6 address.
    pub(in crate::functions) fn parse(text: &str) -> Option<Self> {
        match text.bytes().find(|b| matches!(b, b'.' | b':'))? {
            b'.' => parse_v4(text),
            _ => parse_v6(text),
        }
    }

    /// Whether Go's `To4` gives an address: an IPv4 address or one mapped into IPv6.
    fn is_v4(self) -> bool {
        !self.v6 || self.bits >> 32 == 0xffff
    }

    fn width(self) -> u32 {
        if self.v6 { 128 } else { 32 }
    }
}

/// `net.IP.String`
impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_v4() {
            Ipv4Addr::from_bits(self.bits as u32).fmt(f)
        } else {
            // Rust writes a few ranges with a dotted tail, Go none of them.
            let address = Ipv6Addr::from_bits(self.bits);
            let segments = address.segments();
            let zeros = longest_zeros(&segments);
            let join = |part: &[u16]| {
                part.iter()
                    .map(|s| format!("{s:x}"))
                    .collect::<Vec<_>>()
                    .join(":")
            };
            match zeros {
                Some((start, end)) => {
                    write!(
                        f,
                        "{}::{}",
                        join(&segments[..start]),
                        join(&segments[end..])
                    )
                }
                None => f.write_str(&join(&segments)),
            }
        }
    }
}

/// The first longest run of at least two zero groups.
fn longest_zeros(segments: &[u16; 8]) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize)> = None;
    let mut at = 0;
    while at < 8 {
        let run = segments[at..].iter().take_while(|s| **s == 0).count();
        if run >= 2 && best.is_none_or(|(start, end)| run > end - start) {
            best = Some((at, at + run));
        }
        at += run.max(1);
    }
    best
}

impl Prefix {
    /// `10.0.0.0/8`
    pub(in crate::functions) fn parse(text: &str) -> Result<Self, String> {
        let read = || {
            let (address, length) = text.split_once('/')?;
            let address = parse_v4(address).or_else(|| parse_v6(address))?;
            let (length, rest) = decimal(length)?;
            if !rest.is_empty() || length > address.width() {
                return None;
            }
            Some(Self { address, length }.masked())
        };
        read().ok_or_else(|| format!("invalid CIDR address: {text}"))
    }

    fn masked(self) -> Self {
        let host = self.address.width() - self.length;
        let bits = self.address.bits.checked_shr(host).unwrap_or(0);
        Self {
            address: Address {
                bits: bits.checked_shl(host).unwrap_or(0),
                v6: self.address.v6,
            },
            length: self.length,
        }
    }

    fn last(self) -> Address {
        let host = self.address.width() - self.length;
        let ones = if host == 128 {
            u128::MAX
        } else {
            (1u128 << host) - 1
        };
        Address {
            bits: self.address.bits | ones,
            v6: self.address.v6,
        }
    }

    /// Whether it is a prefix of IPv4 addresses.
    pub(in crate::functions) fn is_v4(self) -> bool {
        self.address.is_v4()
    }

    /// Whether it is an IPv6 prefix of addresses that stand for IPv4 ones.
    fn is_mapped(self) -> bool {
        self.address.v6 && self.is_v4()
    }

    /// `net.IPNet.Contains`
    fn contains(self, address: Address) -> bool {
        if address.is_v4() != self.is_v4() {
            return false;
        }
        if !self.address.v6 || !self.is_v4() {
            let host = self.address.width() - self.length;
            let network = |a: Address| a.bits.checked_shr(host).unwrap_or(0);
            let address = if self.address.v6 {
                address
            } else {
                Address {
                    bits: address.bits & 0xffff_ffff,
                    v6: false,
                }
            };
            return network(address) == network(self.address);
        }
        // A mapped IPv4 prefix: only the last 32 bits of the mask count.
        let host = 32 - self.length.saturating_sub(96).min(32);
        let network = |a: Address| (a.bits & 0xffff_ffff).checked_shr(host).unwrap_or(0);
        network(address) == network(self.address)
    }

    /// `cidrhost`: the address with that number, counted from the end if negative.
    pub(in crate::functions) fn host(self, number: &BigInt) -> Result<Address, String> {
        let host_bits = self.address.width() - self.length;
        let max = (BigInt::from(1) << host_bits) - 1;
        let negative = number.sign() == num_bigint::Sign::Minus;
        // `go-cidr` looks at the low 64 bits of the number only when it checks
        // that it fits, read as a signed number.
        let (check, number) = if negative {
            let check: BigInt = -number - 1;
            (check.clone(), &max - check)
        } else {
            (BigInt::from(low_64(number) as i64), number.clone())
        };
        if check > max {
            return Err(format!(
                "prefix of {} does not accommodate a host numbered {number}",
                self.length
            ));
        }
        let width = if self.is_v4() { 32 } else { 128 };
        self.insert(number, width)
    }

    /// `insertNumIntoIP`: the number goes to the end of the first `length` bits.
    fn insert(self, number: BigInt, length: u32) -> Result<Address, String> {
        // A mapped IPv4 prefix is 128 bits wide but its hosts are numbered in 32.
        let shifted = number << (self.address.width() - length);
        let all = BigInt::from(self.address.bits) | shifted;
        // Of a negative number the magnitude counts; `go-cidr` panics where the
        // address is too short.
        if all.magnitude().bits() > u64::from(self.address.width()) {
            return Err("the number does not fit into the address".to_owned());
        }
        let bits = u128::try_from(all.magnitude()).map_err(|e| e.to_string())?;
        Ok(Address {
            bits,
            v6: self.address.v6,
        })
    }

    /// `cidrnetmask`
    pub(in crate::functions) fn netmask(self) -> Address {
        let bits = Prefix {
            address: Address {
                bits: if self.address.v6 {
                    u128::MAX
                } else {
                    0xffff_ffff
                },
                v6: self.address.v6,
            },
            length: self.length,
        };
        bits.masked().address
    }

    /// `cidrsubnet`: the prefix extended by `new_bits` bits holding `number`.
    pub(in crate::functions) fn subnet(
        self,
        new_bits: i64,
        number: &BigInt,
    ) -> Result<Self, String> {
        let length = i64::from(self.length).checked_add(new_bits);
        let length = match length {
            Some(length) if length <= i64::from(self.address.width()) => length,
            _ => {
                return Err(format!(
                    "insufficient address space to extend prefix of {} by {new_bits}",
                    self.length
                ));
            }
        };
        // `1<<n - 1` in 64 bits: all ones from 64 bits on.
        let max = u32::try_from(new_bits)
            .ok()
            .and_then(|n| 1u64.checked_shl(n))
            .unwrap_or(0)
            .wrapping_sub(1);
        if low_64(number) > max {
            return Err(format!(
                "prefix extension of {new_bits} does not accommodate a subnet numbered {number}"
            ));
        }
        let Ok(length) = u32::try_from(length) else {
            return Err(format!(
                "prefix of {} cannot be shortened by {}",
                self.length, -new_bits
            ));
        };
        Ok(Self {
            address: self.insert(number.clone(), length)?,
            length,
        })
    }

    /// `cidrsubnets`: consecutive prefixes, each extended by its number of bits.
    /// The error has the index of the number at fault.
    pub(in crate::functions) fn subnets(
        self,
        new_bits: &[i64],
    ) -> Result<Vec<Self>, (usize, String)> {
        let mut out: Vec<Self> = Vec::with_capacity(new_bits.len());
        for (index, bits) in new_bits.iter().enumerate() {
            let fail = |message: String| Err((index, message));
            if *bits < 1 {
                return fail("must extend prefix by at least one bit".to_owned());
            }
            if *bits > 32 {
                return fail("may not extend prefix by more than 32 bits".to_owned());
            }
            let length = self.length + *bits as u32;
            let width = self.address.width();
            if length > width {
                let protocol = if self.address.v6 { "IPv6" } else { "IPv4" };
                return fail(format!(
                    "would extend prefix to {length} bits, which is too long for an {protocol} address"
                ));
            }
            let next = match out.last() {
                // `go-cidr` counts up from the prefix before and takes reaching
                // zero for an overflow; IPv4 addresses mapped into IPv6 it loses.
                None if self.address.bits == 0 || self.is_mapped() => None,
                None => Some(Self {
                    address: self.address,
                    length,
                }),
                Some(previous) => previous.next(length),
            };
            match next.filter(|next| self.contains(next.address)) {
                Some(next) => out.push(next),
                None => {
                    let after = out.last().map_or_else(
                        || self.before(*new_bits.first().unwrap_or(bits)),
                        ToString::to_string,
                    );
                    return fail(format!(
                        "not enough remaining address space for a subnet with a prefix of {length} bits after {after}"
                    ));
                }
            }
        }
        Ok(out)
    }

    /// The first prefix of that length after this one.
    fn next(self, length: u32) -> Option<Self> {
        let last = Self {
            address: self.last(),
            length,
        }
        .masked()
        .last();
        let max = if last.v6 { u128::MAX } else { 0xffff_ffff };
        let bits = last.bits.checked_add(1).filter(|bits| *bits <= max)?;
        Some(
            Self {
                address: Address { bits, v6: last.v6 },
                length,
            }
            .masked(),
        )
    }

    /// How the prefix before this one is shown.
    fn before(self, new_bits: i64) -> String {
        if self.is_mapped() {
            return "<nil>".to_owned();
        }
        let max = if self.address.v6 {
            u128::MAX
        } else {
            0xffff_ffff
        };
        let bits = self.address.bits.checked_sub(1).unwrap_or(max);
        let length = u32::try_from(i64::from(self.length) + new_bits).unwrap_or(self.length);
        Self {
            address: Address {
                bits,
                v6: self.address.v6,
            },
            length,
        }
        .masked()
        .to_string()
    }

    /// OpenTofu's `cidrcontains`: whether an address or a prefix lies in this one.
    pub(in crate::functions) fn contains_text(self, own: &str, text: &str) -> Result<bool, String> {
        let (start, end) = match Address::parse(text) {
            Some(address) => (address, None),
            None => {
                let inner = Prefix::parse(text)
                    .map_err(|_| format!("invalid IP address or prefix: {text}"))?;
                (inner.address, Some(inner.last()))
            }
        };
        if start.is_v4() != self.is_v4() {
            return Err(format!("address family mismatch: {own} vs. {text}"));
        }
        Ok(self.contains(start) && end.is_none_or(|end| self.contains(end)))
    }
}

/// `net.IPNet.String`
impl std::fmt::Display for Prefix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let length = if self.is_mapped() {
            self.length.saturating_sub(96)
        } else {
            self.length
        };
        write!(f, "{}/{length}", self.address)
    }
}

/// `big.Int.Uint64`: the low 64 bits of the magnitude, negated for a negative
/// number... which Go leaves undefined and does this way.
fn low_64(number: &BigInt) -> u64 {
    number.magnitude().iter_u64_digits().next().unwrap_or(0)
}

/// Digits below 0xFFFFFF at the start of `text`.
fn decimal(text: &str) -> Option<(u32, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    number(&text[..digits], 10).map(|n| (n, &text[digits..]))
}

fn hexadecimal(text: &str) -> Option<(u32, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_hexdigit).count();
    number(&text[..digits], 16).map(|n| (n, &text[digits..]))
}

fn number(digits: &str, base: u32) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits.chars().try_fold(0u32, |n, c| {
        let n = n * base + c.to_digit(base)?;
        (n < 0xff_ffff).then_some(n)
    })
}

fn parse_v4(text: &str) -> Option<Address> {
    let mut bits = 0u128;
    let mut rest = text;
    for part in 0..4 {
        if part > 0 {
            rest = rest.strip_prefix('.')?;
        }
        let (value, after) = decimal(rest)?;
        if value > 0xff {
            return None;
        }
        bits = bits << 8 | u128::from(value);
        rest = after;
    }
    rest.is_empty().then_some(Address { bits, v6: false })
}

fn parse_v6(text: &str) -> Option<Address> {
    let mut groups: Vec<u16> = Vec::with_capacity(8);
    let mut ellipsis = None;
    let mut rest = text;
    if let Some(after) = rest.strip_prefix("::") {
        ellipsis = Some(0);
        rest = after;
    }
    if !(rest.is_empty() && ellipsis.is_some()) {
        while groups.len() < 8 {
            let (value, after) = hexadecimal(rest)?;
            if value > 0xffff {
                return None;
            }
            if after.starts_with('.') {
                if (ellipsis.is_none() && groups.len() != 6) || groups.len() > 6 {
                    return None;
                }
                let v4 = parse_v4(rest)?.bits;
                groups.push((v4 >> 16) as u16);
                groups.push(v4 as u16);
                rest = "";
                break;
            }
            groups.push(value as u16);
            rest = after;
            if rest.is_empty() {
                break;
            }
            rest = rest.strip_prefix(':').filter(|r| !r.is_empty())?;
            if let Some(after) = rest.strip_prefix(':') {
                if ellipsis.is_some() {
                    return None;
                }
                ellipsis = Some(groups.len());
                rest = after;
                if rest.is_empty() {
                    break;
                }
            }
        }
    }
    if !rest.is_empty() {
        return None;
    }
    match ellipsis {
        Some(at) if groups.len() < 8 => {
            let missing = 8 - groups.len();
            groups.splice(at..at, std::iter::repeat_n(0, missing));
        }
        None if groups.len() == 8 => {}
        _ => return None,
    }
    let bits = groups
        .iter()
        .fold(0u128, |bits, g| bits << 16 | u128::from(*g));
    Some(Address { bits, v6: true })
}
