//! Reading comma-separated values: rows of fields, quotes, type lines.

use std::borrow::Cow;

/// Reads rows of fields; `None` is a field that was empty and not quoted.
pub struct Parser<'a> {
    rest: &'a str,
    delimiter: char,
}

impl<'a> Parser<'a> {
    /// A reader at the beginning of a text.
    pub fn new(content: &'a str, delimiter: char) -> Parser<'a> {
        Parser {
            rest: content,
            delimiter,
        }
    }

    /// A first line `#TYPE name`.
    pub fn type_line(&mut self) -> Option<String> {
        let line = self.rest.lines().next()?;
        let name = line.strip_prefix("#TYPE ")?.trim().to_owned();
        self.rest = &self.rest[line.len()..];
        self.rest = self.rest.trim_start_matches(['\r', '\n']);
        Some(name)
    }

    /// The row of names, after a type line.
    pub fn header(&mut self) -> Option<Vec<Option<Cow<'a, str>>>> {
        self.type_line();
        self.row()
    }

    /// The next row that is not blank.
    pub fn row(&mut self) -> Option<Vec<Option<Cow<'a, str>>>> {
        self.rest = self.rest.trim_start_matches(['\r', '\n']);
        if self.rest.is_empty() {
            return None;
        }
        let mut fields = Vec::new();
        loop {
            fields.push(self.field());
            let Some(next) = self.rest.chars().next() else {
                break;
            };
            self.rest = &self.rest[next.len_utf8()..];
            if next == '\r' {
                self.rest = self.rest.strip_prefix('\n').unwrap_or(self.rest);
            }
            if next != self.delimiter {
                break;
            }
        }
        Some(fields)
    }

    /// A field up to its delimiter or line end, which stays.
    fn field(&mut self) -> Option<Cow<'a, str>> {
        let trimmed = self.rest.trim_start_matches([' ', '\t']);
        if let Some(quoted) = trimmed.strip_prefix('"') {
            self.rest = quoted;
            return Some(self.quoted());
        }
        let end = self.end();
        let field = self.rest[..end].trim_start_matches(' ');
        self.rest = &self.rest[end..];
        (!field.is_empty()).then_some(Cow::Borrowed(field))
    }

    /// Where the next delimiter or line end is.
    fn end(&self) -> usize {
        match u8::try_from(self.delimiter) {
            Ok(byte) if byte.is_ascii() => {
                memchr::memchr3(byte, b'\n', b'\r', self.rest.as_bytes()).unwrap_or(self.rest.len())
            }
            _ => self
                .rest
                .find([self.delimiter, '\n', '\r'])
                .unwrap_or(self.rest.len()),
        }
    }

    fn quoted(&mut self) -> Cow<'a, str> {
        // Most fields end at their first quote, and nothing stands between that and the delimiter.
        if let Some(at) = memchr::memchr(b'"', self.rest.as_bytes()) {
            let after = &self.rest[at + 1..];
            let next = after.chars().next();
            if next.is_none_or(|next| next == self.delimiter || next == '\n' || next == '\r') {
                let field = &self.rest[..at];
                self.rest = after;
                return Cow::Borrowed(field);
            }
        }
        let mut field = String::new();
        while let Some(at) = self.rest.find('"') {
            field.push_str(&self.rest[..at]);
            self.rest = &self.rest[at + 1..];
            match self.rest.strip_prefix('"') {
                Some(rest) => {
                    field.push('"');
                    self.rest = rest;
                }
                None => break,
            }
        }
        // What stands between the closing quote and the delimiter belongs to the field.
        let end = self.end();
        field.push_str(self.rest[..end].trim_end());
        self.rest = &self.rest[end..];
        Cow::Owned(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(content: &str) -> Vec<Vec<Option<String>>> {
        let mut parser = Parser::new(content, ',');
        let owned = |row: Vec<Option<Cow<'_, str>>>| {
            row.into_iter().map(|field| field.map(Cow::into_owned)).collect()
        };
        std::iter::from_fn(|| parser.row().map(owned)).collect()
    }

    #[test]
    fn quoted_fields_keep_delimiters_quotes_and_line_ends() {
        assert_eq!(
            rows("\"a,\"\"b\"\"\nc\", d"),
            [[Some("a,\"b\"\nc".to_owned()), Some("d".to_owned())]]
        );
    }

    #[test]
    fn empty_fields_are_nothing_and_quoted_ones_are_empty_texts() {
        assert_eq!(
            rows("\"\",,x\r\n\r\n"),
            [[Some(String::new()), None, Some("x".to_owned())]]
        );
    }
}
