//! Why a text is no date, in the words of DateTime.Parse.

use crate::culture::{DAYS, MONTHS};

/// What is wrong with a text that no form of a date takes.
pub fn why_not_a_date(text: &str) -> String {
    if let Some(at) = unknown_word(text) {
        return format!(
            "The string '{text}' was not recognized as a valid DateTime. There is an unknown word starting at index '{at}'."
        );
    }
    if has_impossible_time(text) {
        return format!(
            "The DateTime represented by the string '{text}' is not supported in calendar 'System.Globalization.GregorianCalendar'."
        );
    }
    format!("String '{text}' was not recognized as a valid DateTime.")
}

/// Where the first word that is no part of a date starts, in UTF-16 code units.
fn unknown_word(text: &str) -> Option<usize> {
    let mut at = 0;
    for word in text.split_inclusive(|character: char| !character.is_alphabetic()) {
        let letters = word.trim_end_matches(|character: char| !character.is_alphabetic());
        if !letters.is_empty() && !is_known(letters) {
            return Some(at);
        }
        at += word.encode_utf16().count();
    }
    None
}

fn is_known(word: &str) -> bool {
    let lower = word.to_lowercase();
    let named = |names: &[&str]| {
        names.iter().any(|name| {
            let name = name.to_lowercase();
            name == lower || name.get(..3) == Some(&lower)
        })
    };
    named(&MONTHS) || named(&DAYS) || ["am", "pm", "a", "p", "t", "z", "gmt"].contains(&lower.as_str())
}

/// Whether an hour, minute or second is beyond its range.
fn has_impossible_time(text: &str) -> bool {
    let mut times = text.split_whitespace().flat_map(|part| part.split(['T', 't']));
    times.any(|part| {
        let mut numbers = part.split(':').map(str::parse::<u32>);
        match (numbers.next(), numbers.next(), numbers.next()) {
            (Some(Ok(hour)), Some(Ok(minute)), second) => {
                hour > 23
                    || minute > 59
                    || second.is_some_and(|second| second.is_ok_and(|second| second > 59))
            }
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::why_not_a_date;

    #[test]
    fn the_reason_is_a_word_a_time_or_the_whole() {
        for (text, reason) in [
            ("abc", "unknown word starting at index '0'"),
            ("12 Foo 2020", "unknown word starting at index '3'"),
            ("2020-02-30", "String '2020-02-30' was not recognized"),
            ("2020-01-01 25:00", "is not supported in calendar"),
            ("", "String '' was not recognized"),
            ("Monday é", "unknown word starting at index '7'"),
        ] {
            assert!(why_not_a_date(text).contains(reason), "{text}");
        }
    }
}
