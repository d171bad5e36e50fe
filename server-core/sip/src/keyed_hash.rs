//! SipHash-2-4 with 128-bit output (Aumasson and Bernstein, 2012), a keyed hash for short inputs.
//!
//! One tool for everything that has to be unguessable and needs no table: transaction keys that a peer cannot make
//! collide, branches, tags, the loop detection of RFC 3261 §16.6.8, the check in a Digest nonce.

/// The hash of tables whose keys a peer may choose. It has a random key of its own and is several times as fast as the
/// standard library's, whose strength only what leaves the process needs: that uses [`Secret`].
pub type TableHash = ahash::RandomState;

/// A table whose keys a peer may choose.
pub type HashMap<K, V> = std::collections::HashMap<K, V, TableHash>;

/// A set whose members a peer may choose.
pub type HashSet<T> = std::collections::HashSet<T, TableHash>;

/// A key made of random bytes that the caller supplies; never printed.
#[derive(Clone, Copy)]
pub struct Secret {
    k0: u64,
    k1: u64,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    /// A key from 16 random bytes.
    pub const fn new(bytes: [u8; 16]) -> Self {
        let value = u128::from_le_bytes(bytes);
        Self {
            k0: value as u64,
            k1: (value >> 64) as u64,
        }
    }

    /// Another key, for another purpose, from the same random bytes.
    pub fn derive(&self, purpose: &str) -> Self {
        Self::new(self.hash(&[purpose.as_bytes()]).to_le_bytes())
    }

    /// The hash of the parts; each part is delimited, so that `["ab", "c"]` and `["a", "bc"]` differ.
    pub fn hash(&self, parts: &[&[u8]]) -> u128 {
        let mut hasher = KeyedHasher::new(self);
        for part in parts {
            hasher.part(part);
        }
        hasher.finish()
    }
}

/// A hash in progress: [`Secret::hash`] for parts that come one by one.
///
/// What is hashed is, for each part, a word with its length in the lowest byte and its first 7 bytes above it, and the
/// others in words of 8, filled up with zeros. A part of 255 bytes and more has the byte 255, and a word with its length
/// behind that one. So no two lists of parts give the same words, and most parts cost one or two.
#[derive(Clone)]
pub struct KeyedHasher {
    v: [u64; 4],
    words: u64,
}

/// The bytes of a part that stand beside its length.
const BESIDE: usize = 7;

impl KeyedHasher {
    /// Starts a hash.
    pub fn new(key: &Secret) -> Self {
        let v = [
            key.k0 ^ 0x736f_6d65_7073_6575,
            key.k1 ^ 0x646f_7261_6e64_6f6d ^ 0xee,
            key.k0 ^ 0x6c79_6765_6e65_7261,
            key.k1 ^ 0x7465_6462_7974_6573,
        ];
        Self { v, words: 0 }
    }

    /// Adds one part and its length.
    #[inline]
    pub fn part(&mut self, part: &[u8]) {
        self.words_of(part, |word| word);
    }

    /// Adds one part with ASCII letters in lower case, and its length.
    #[inline]
    pub fn part_ignoring_case(&mut self, part: &[u8]) {
        self.words_of(part, lower_case);
    }

    #[inline]
    fn words_of(&mut self, part: &[u8], fold: impl Fn(u64) -> u64) {
        let (first, rest) = part.split_at(part.len().min(BESIDE));
        let length = part.len().min(255) as u64;
        self.compress(fold(little_endian(first)) << 8 | length);
        if length == 255 {
            self.compress(part.len() as u64);
        }
        let mut words = rest.chunks_exact(8);
        for word in &mut words {
            self.compress(fold(u64::from_le_bytes(
                word.try_into().expect("chunks_exact(8) yields 8 bytes"),
            )));
        }
        if !words.remainder().is_empty() {
            self.compress(fold(little_endian(words.remainder())));
        }
    }

    fn compress(&mut self, word: u64) {
        self.words += 1;
        self.v[3] ^= word;
        self.rounds(2);
        self.v[0] ^= word;
    }

    fn rounds(&mut self, count: usize) {
        let [mut a, mut b, mut c, mut d] = self.v;
        for _ in 0..count {
            a = a.wrapping_add(b);
            b = b.rotate_left(13) ^ a;
            a = a.rotate_left(32);
            c = c.wrapping_add(d);
            d = d.rotate_left(16) ^ c;
            a = a.wrapping_add(d);
            d = d.rotate_left(21) ^ a;
            c = c.wrapping_add(b);
            b = b.rotate_left(17) ^ c;
            c = c.rotate_left(32);
        }
        self.v = [a, b, c, d];
    }

    /// The hash.
    pub fn finish(mut self) -> u128 {
        // The reference hashes the length in bytes modulo 256 last; here it is a multiple of 8.
        self.compress((self.words * 8) << 56);
        self.v[2] ^= 0xee;
        self.rounds(4);
        let low = self.v[0] ^ self.v[1] ^ self.v[2] ^ self.v[3];
        self.v[1] ^= 0xdd;
        self.rounds(4);
        let high = self.v[0] ^ self.v[1] ^ self.v[2] ^ self.v[3];
        u128::from(low) | (u128::from(high) << 64)
    }
}

/// At most 7 bytes as a word.
#[inline]
fn little_endian(bytes: &[u8]) -> u64 {
    match *bytes {
        [] => 0,
        [a] => u64::from(a),
        [a, b] => u64::from(u16::from_le_bytes([a, b])),
        [a, b, c] => u64::from(u32::from_le_bytes([a, b, c, 0])),
        [a, b, c, d, ref rest @ ..] => {
            let high = rest
                .iter()
                .rev()
                .fold(0, |word, byte| word << 8 | u64::from(*byte));
            u64::from(u32::from_le_bytes([a, b, c, d])) | high << 32
        }
    }
}

/// The letters among 8 ASCII bytes in lower case; other bytes stay.
#[inline]
fn lower_case(word: u64) -> u64 {
    u64::from_le_bytes(word.to_le_bytes().map(|byte| byte.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published vectors of the 128-bit variant, key 00..0f: the empty message and the 8 bytes 00..07.
    #[test]
    fn agrees_with_the_published_vectors() {
        let key = Secret::new(std::array::from_fn(|index| index as u8));
        let hex = |bytes: [u8; 16]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let mut hasher = KeyedHasher::new(&key);
        assert_eq!(
            hex(hasher.clone().finish().to_le_bytes()),
            "a3817f04ba25a8e66df67214c7550293"
        );
        hasher.compress(u64::from_le_bytes(std::array::from_fn(|index| index as u8)));
        assert_eq!(
            hex(hasher.finish().to_le_bytes()),
            "3b62a9ba6258f5610f83e264f31497b4"
        );
    }

    #[test]
    fn parts_are_delimited() {
        let key = Secret::new([7; 16]);
        assert_ne!(key.hash(&[b"ab", b"c"]), key.hash(&[b"a", b"bc"]));
        assert_ne!(key.hash(&[b"ab"]), key.hash(&[b"ab", b""]));
        assert_ne!(key.hash(&[b"ab"]), key.hash(&[b"ab\0"]));
        let long = [b'a'; 300];
        for cut in [1, 7, 8, 9, 15, 16, 254, 255, 256, 299] {
            let (one, two) = long.split_at(cut);
            assert_ne!(key.hash(&[&long]), key.hash(&[one, two]), "{cut}");
            assert_ne!(key.hash(&[one]), key.hash(&[&long[..cut + 1]]), "{cut}");
        }
        assert_ne!(key.hash(&[b"ab"]), Secret::new([8; 16]).hash(&[b"ab"]));
    }

    #[test]
    fn case_can_be_ignored() {
        let hash = |text: &[u8]| {
            let mut hasher = KeyedHasher::new(&Secret::new([7; 16]));
            hasher.part_ignoring_case(text);
            hasher.finish()
        };
        assert_eq!(hash(b"Host.Contoso.Example"), hash(b"host.contoso.example"));
        assert_ne!(hash(b"host.contoso.example"), hash(b"host.fabrikam.example"));
    }
}
