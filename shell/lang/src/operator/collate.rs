//! The order of texts in the culture: by letters without regard to accents and case, then accents, then case with
//! small letters first. Blanks and punctuation stand before digits, digits before letters.

use std::cmp::Ordering;
use std::sync::OnceLock;

/// Compares two texts as the culture does.
pub fn compare_text(left: &str, right: &str, case_sensitive: bool) -> Ordering {
    if left == right {
        return Ordering::Equal;
    }
    if left.is_ascii() && right.is_ascii() {
        return compare_ascii(left.as_bytes(), right.as_bytes(), case_sensitive);
    }
    let by_letters = left
        .chars()
        .map(primary_weight)
        .cmp(right.chars().map(primary_weight));
    by_letters
        .then_with(|| left.chars().map(accent).cmp(right.chars().map(accent)))
        .then_with(|| {
            if case_sensitive {
                left.chars()
                    .map(char::is_uppercase)
                    .cmp(right.chars().map(char::is_uppercase))
            } else {
                Ordering::Equal
            }
        })
}

/// Texts without accents: by a table of the letters' places.
fn compare_ascii(left: &[u8], right: &[u8], case_sensitive: bool) -> Ordering {
    static PLACES: OnceLock<[u16; 128]> = OnceLock::new();
    let places = PLACES.get_or_init(|| {
        std::array::from_fn(|byte| {
            let (class, letter) = primary_weight(char::from(byte as u8));
            u16::from(class) << 8 | letter as u16
        })
    });
    let place = |byte: &u8| places[usize::from(byte & 0x7F)];
    let by_letters = left.iter().map(place).cmp(right.iter().map(place));
    by_letters.then_with(|| {
        if case_sensitive {
            let upper = u8::is_ascii_uppercase;
            left.iter().map(upper).cmp(right.iter().map(upper))
        } else {
            Ordering::Equal
        }
    })
}

/// Class and letter: what two characters that differ in accent or case only have in common.
fn primary_weight(character: char) -> (u8, u32) {
    let base = base_letter(character);
    if character.is_whitespace() {
        (0, base as u32)
    } else if let Some(place) = PUNCTUATION.find(character) {
        (1, place as u32)
    } else if character.is_numeric() {
        (3, base as u32)
    } else if character.is_alphabetic() {
        (4, base.to_lowercase().next().unwrap_or(base) as u32)
    } else {
        (2, base as u32)
    }
}

/// Punctuation and signs in the order of the root collation.
const PUNCTUATION: &str = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";

/// The letter below an accent, for the Latin letters.
fn base_letter(character: char) -> char {
    match character {
        'À'..='Å' => 'A',
        'à'..='å' => 'a',
        'Ç' => 'C',
        'ç' => 'c',
        'È'..='Ë' => 'E',
        'è'..='ë' => 'e',
        'Ì'..='Ï' => 'I',
        'ì'..='ï' => 'i',
        'Ñ' => 'N',
        'ñ' => 'n',
        'Ò'..='Ö' | 'Ø' => 'O',
        'ò'..='ö' | 'ø' => 'o',
        'Ù'..='Ü' => 'U',
        'ù'..='ü' => 'u',
        'Ý' => 'Y',
        'ý' | 'ÿ' => 'y',
        'Š' => 'S',
        'š' => 's',
        'Ž' => 'Z',
        'ž' => 'z',
        other => other,
    }
}

/// What is left of a character without its letter.
fn accent(character: char) -> u32 {
    let base = base_letter(character);
    if base == character {
        0
    } else {
        character.to_lowercase().next().unwrap_or(character) as u32
    }
}
