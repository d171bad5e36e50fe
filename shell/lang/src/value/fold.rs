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
    let mut hasher = FxHasher::default();
    for character in text.chars() {
        hasher.write_u32(upper(character) as u32);
    }
    hasher.finish()
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
