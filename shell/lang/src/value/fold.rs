//! Texts without regard to case, as OrdinalIgnoreCase compares them: character by character in upper case.

use std::hash::Hasher;

use rustc_hash::FxHasher;

/// Whether two texts are the same without regard to case.
pub fn same_text(left: &str, right: &str) -> bool {
    if left.len() == right.len() && left.eq_ignore_ascii_case(right) {
        return true;
    }
    if left.is_ascii() && right.is_ascii() {
        return false;
    }
    left.chars().map(upper).eq(right.chars().map(upper))
}

/// A hash that is the same for texts that differ in case only.
pub fn fold_hash(text: &str) -> u64 {
    if text.is_ascii() {
        return hash_folded(text.as_bytes());
    }
    // What is plain in upper case hashes as the plain text does.
    let folded: String = text.chars().map(upper).collect();
    hash_folded(folded.as_bytes())
}

/// Eight bytes at a time; letters of ASCII count as their upper case.
fn hash_folded(bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let word = u64::from_le_bytes(chunk.try_into().expect("a chunk has eight bytes"));
        hasher.write_u64(upper_word(word));
    }
    let mut last = [0; 8];
    last[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
    hasher.write_u64(upper_word(u64::from_le_bytes(last)) ^ (bytes.len() as u64) << 56);
    hasher.finish()
}

/// Eight bytes with the letters a to z in upper case; bytes above 0x7F stay.
fn upper_word(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    let low = word & !HIGH;
    let from_a = low + ONES * (0x80 - 0x61);
    let past_z = low + ONES * (0x80 - 0x7B);
    let letters = from_a & !past_z & HIGH & !word;
    word & !(letters >> 2)
}

/// The upper-case form where it is one character.
fn upper(character: char) -> char {
    if character.is_ascii() {
        return character.to_ascii_uppercase();
    }
    let mut forms = character.to_uppercase();
    match (forms.next(), forms.next()) {
        (Some(form), None) => form,
        _ => character,
    }
}
