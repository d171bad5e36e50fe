//! The word that ends at the cursor.

/// A word.
#[derive(Debug)]
pub(super) struct Word {
    /// Where it begins, in bytes, with its opening quote.
    pub(super) start: usize,
    /// Its text without the quote.
    pub(super) text: String,
    /// As it stands there.
    pub(super) raw: String,
    /// Whether it is in quotes.
    pub(super) quoted: bool,
}

impl Word {
    /// The word at the end of a text.
    pub(super) fn at_end(text: &str) -> Word {
        let mut start = 0;
        let mut quote: Option<(char, usize)> = None;
        let mut depth_of_braces = false;
        for (at, character) in text.char_indices() {
            match quote {
                Some((open, _)) if character == open => quote = None,
                Some(_) => {}
                None if matches!(character, '\'' | '"') => {
                    quote = Some((character, at));
                    if at == start {
                        continue;
                    }
                }
                None if character == '{' && text[..at].ends_with('$') => depth_of_braces = true,
                None if character == '}' => {
                    depth_of_braces = false;
                    start = at + 1;
                }
                None if depth_of_braces => {}
                None if character.is_whitespace()
                    || matches!(character, '(' | ')' | '{' | ';' | '|' | ',' | '=' | '&' | '@') =>
                {
                    start = at + character.len_utf8();
                }
                None => {}
            }
        }
        if let Some((_, at)) = quote {
            start = at;
        }
        let raw = text[start..].to_owned();
        let quoted = raw.starts_with(['\'', '"']);
        let text = raw
            .trim_start_matches(['\'', '"'])
            .trim_end_matches(['\'', '"'])
            .to_owned();
        Word {
            start,
            text,
            raw,
            quoted,
        }
    }
}
