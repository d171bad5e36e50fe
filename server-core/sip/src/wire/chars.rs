//! Character classes of RFC 3261 §25.1, one table for all of them.

const TOKEN: u8 = 1;
const USER: u8 = 2;
const HOST: u8 = 4;
const PARAM: u8 = 8;
const SCHEME: u8 = 16;
const VALUE: u8 = 32;
const SPACE: u8 = 64;
/// Of the user part or of parameters, and without a meaning of its own there.
const PLAIN: u8 = 128;

const fn class(byte: u8) -> u8 {
    let alphanumeric = byte.is_ascii_alphanumeric();
    let mut class = 0;
    if alphanumeric || contains(b"-.!%*_+`'~", byte) {
        class |= TOKEN;
    }
    // user and password: unreserved, user-unreserved, escapes (checked apart), and `#`, which dial plans send bare.
    if alphanumeric || byte >= 0x80 || contains(b"-_.!~*'()&=+$,;?/%#", byte) {
        class |= USER;
    }
    if alphanumeric || contains(b"-._", byte) {
        class |= HOST;
    }
    // paramchar and hnv-unreserved, with what clients send besides: `@`, `=`, `,` are common in URI parameters.
    if alphanumeric || byte >= 0x80 || contains(b"-_.!~*'()%[]/:&+$@=,|^{}", byte) {
        class |= PARAM;
    }
    if alphanumeric || contains(b"+-.", byte) {
        class |= SCHEME;
    }
    // The value of a header parameter: token, host, or what else stays clear of the delimiters.
    if byte > 0x20 && byte != 0x7f && !contains(b"\";,<>", byte) {
        class |= VALUE;
    }
    if byte == b' ' || byte == b'\t' || byte == b'\r' || byte == b'\n' {
        class |= SPACE;
    }
    if alphanumeric || byte >= 0x80 || contains(b"-_.!~*'()&+$/", byte) {
        class |= PLAIN;
    }
    class
}

const fn contains(set: &[u8], byte: u8) -> bool {
    let mut index = 0;
    while index < set.len() {
        if set[index] == byte {
            return true;
        }
        index += 1;
    }
    false
}

const fn table() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = class(byte as u8);
        byte += 1;
    }
    table
}

static CLASSES: [u8; 256] = table();

/// `token` characters.
#[inline]
pub fn is_token(byte: u8) -> bool {
    CLASSES[byte as usize] & TOKEN != 0
}

/// Characters of the user part, `%` included.
#[inline]
pub fn is_user(byte: u8) -> bool {
    CLASSES[byte as usize] & USER != 0
}

/// Characters of a host name.
#[inline]
pub fn is_host(byte: u8) -> bool {
    CLASSES[byte as usize] & HOST != 0
}

/// Characters of URI parameters and headers, `%` included.
#[inline]
pub fn is_param(byte: u8) -> bool {
    CLASSES[byte as usize] & PARAM != 0
}

/// Characters of a URI scheme after its first letter.
#[inline]
pub fn is_scheme(byte: u8) -> bool {
    CLASSES[byte as usize] & SCHEME != 0
}

/// Characters of an unquoted value of a header parameter.
#[inline]
pub fn is_value(byte: u8) -> bool {
    CLASSES[byte as usize] & VALUE != 0
}

/// White space inside a header value. CR and LF occur there only as folding, which the head scanner made sure of.
#[inline]
pub fn is_space(byte: u8) -> bool {
    CLASSES[byte as usize] & SPACE != 0
}

/// Where the run of plain characters ends that starts at `at`: letters, digits and what separates nothing in URIs.
#[inline]
pub fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && CLASSES[bytes[at] as usize] & PLAIN != 0 {
        at += 1;
    }
    at
}

/// Where the host name ends that starts the bytes.
#[inline]
pub fn host_end(bytes: &[u8]) -> usize {
    let mut at = 0;
    while at < bytes.len() && CLASSES[bytes[at] as usize] & HOST != 0 {
        at += 1;
    }
    at
}

/// Where the token ends that starts at `at`.
#[inline]
pub fn token_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && CLASSES[bytes[at] as usize] & TOKEN != 0 {
        at += 1;
    }
    at
}

/// Whether this is a non-empty token.
pub fn all_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|byte| is_token(*byte))
}

/// Without the white space at both ends.
#[inline]
pub fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = bytes {
        if !is_space(*first) {
            break;
        }
        bytes = rest;
    }
    while let [rest @ .., last] = bytes {
        if !is_space(*last) {
            break;
        }
        bytes = rest;
    }
    bytes
}

/// A decimal number, or `None` when it is not one or does not fit.
pub fn number<N: TryFrom<u64>>(bytes: &[u8]) -> Option<N> {
    if bytes.is_empty() {
        return None;
    }
    let mut value: u64 = 0;
    for byte in bytes {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(u64::from(byte - b'0'))?;
    }
    N::try_from(value).ok()
}

/// As text, when it is UTF-8.
#[inline]
pub fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// A hexadecimal digit's value.
pub fn hex_value(byte: u8) -> Option<u8> {
    (byte as char).to_digit(16).map(|digit| digit as u8)
}

/// Whether every `%` is followed by two hexadecimal digits.
pub fn escapes_are_whole(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(b'%', rest) {
        if rest.len() < at + 3 || !rest[at + 1].is_ascii_hexdigit() || !rest[at + 2].is_ascii_hexdigit() {
            return false;
        }
        rest = &rest[at + 3..];
    }
    true
}

/// Where a quoted string that starts at `at` ends: the index after its closing quote.
pub fn quoted_end(bytes: &[u8], at: usize) -> Option<usize> {
    let inner = bytes.get(at + 1..)?;
    let mut index = memchr::memchr2(b'"', b'\\', inner)?;
    // Escapes are rare, except in hostile messages, where a search for each of them would cost more than this walk.
    loop {
        match inner.get(index)? {
            b'"' => return Some(at + index + 2),
            b'\\' => index += 2,
            _ => index += 1,
        }
    }
}
