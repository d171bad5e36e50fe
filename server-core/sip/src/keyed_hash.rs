//! SipHash-2-4 with 128-bit output (Aumasson and Bernstein, 2012), a keyed hash for short inputs.
//!
//! One tool for everything that has to be unguessable and needs no table: transaction keys that a peer cannot make
//! collide, branches, tags, the loop detection of RFC 3261 §16.6.8, the check in a Digest nonce.

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
#[derive(Clone)]
pub struct KeyedHasher {
    v: [u64; 4],
    tail: u64,
    length: usize,
}

impl KeyedHasher {
    /// Starts a hash.
    pub fn new(key: &Secret) -> Self {
        let v = [
            key.k0 ^ 0x736f_6d65_7073_6575,
            key.k1 ^ 0x646f_7261_6e64_6f6d ^ 0xee,
            key.k0 ^ 0x6c79_6765_6e65_7261,
            key.k1 ^ 0x7465_6462_7974_6573,
        ];
        Self {
            v,
            tail: 0,
            length: 0,
        }
    }

    /// Adds one part and its length.
    pub fn part(&mut self, part: &[u8]) {
        self.write(part);
        self.write(&(part.len() as u32).to_le_bytes());
    }

    /// Adds one part with ASCII letters in lower case, and its length.
    pub fn part_ignoring_case(&mut self, part: &[u8]) {
        for byte in part {
            self.write(&[byte.to_ascii_lowercase()]);
        }
        self.write(&(part.len() as u32).to_le_bytes());
    }

    fn write(&mut self, mut bytes: &[u8]) {
        let held = self.length % 8;
        self.length += bytes.len();
        if held > 0 {
            let wanted = (8 - held).min(bytes.len());
            self.hold(held, &bytes[..wanted]);
            bytes = &bytes[wanted..];
            if held + wanted < 8 {
                return;
            }
            self.compress(self.tail);
            self.tail = 0;
        }
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            self.compress(u64::from_le_bytes(
                word.try_into().expect("chunks_exact(8) yields 8 bytes"),
            ));
        }
        self.hold(0, words.remainder());
    }

    fn hold(&mut self, held: usize, bytes: &[u8]) {
        for (index, byte) in bytes.iter().enumerate() {
            self.tail |= u64::from(*byte) << (8 * (held + index));
        }
    }

    fn compress(&mut self, word: u64) {
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
        let last = self.tail | ((self.length as u64) << 56);
        self.compress(last);
        self.v[2] ^= 0xee;
        self.rounds(4);
        let low = self.v[0] ^ self.v[1] ^ self.v[2] ^ self.v[3];
        self.v[1] ^= 0xdd;
        self.rounds(4);
        let high = self.v[0] ^ self.v[1] ^ self.v[2] ^ self.v[3];
        u128::from(low) | (u128::from(high) << 64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published vectors of the 128-bit variant: key 00..0f, message 00..len-1.
    #[test]
    fn agrees_with_the_published_vectors() {
        let key = Secret::new(std::array::from_fn(|index| index as u8));
        let hash = |length: usize| {
            let mut hasher = KeyedHasher::new(&key);
            hasher.write(&(0..length as u8).collect::<Vec<_>>());
            hasher.finish().to_le_bytes()
        };
        let hex = |bytes: [u8; 16]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!(hex(hash(0)), "a3817f04ba25a8e66df67214c7550293");
        assert_eq!(hex(hash(1)), "da87c1d86b99af44347659119b22fc45");
    }

    #[test]
    fn parts_are_delimited_and_pieces_do_not_matter() {
        let key = Secret::new([7; 16]);
        assert_ne!(key.hash(&[b"ab", b"c"]), key.hash(&[b"a", b"bc"]));
        let mut one = KeyedHasher::new(&key);
        one.write(b"The quick brown fox");
        let mut many = KeyedHasher::new(&key);
        for byte in b"The quick brown fox" {
            many.write(&[*byte]);
        }
        assert_eq!(one.finish(), many.finish());
    }
}
