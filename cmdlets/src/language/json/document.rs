//! A document as people write it, made strict JSON: comments, commas at the end, single quotes, bare names. What is wrong
//! is said in the words, and with the path and the place, that PowerShell's reader has.

/// The document as strict JSON; else what is wrong with it.
pub fn strict(content: &str) -> Result<String, String> {
    let mut reader = Reader {
        text: content.chars().collect(),
        at: 0,
        line: 1,
        line_start: 0,
        out: String::with_capacity(content.len()),
        path: Vec::new(),
    };
    reader.value()?;
    reader.skip();
    match reader.peek() {
        None => Ok(reader.out),
        Some(extra) => Err(reader.wrong(&format!(
            "Additional text encountered after finished reading JSON content: {extra}."
        ))),
    }
}

/// How deep a document may nest; the reader behind this one says so too.
const DEEPEST: usize = 1024;

enum Step {
    Name(String),
    Index(usize),
}

struct Reader {
    text: Vec<char>,
    at: usize,
    line: usize,
    line_start: usize,
    out: String,
    path: Vec<Step>,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for step in &self.path {
            match step {
                Step::Index(at) => path.push_str(&format!("[{at}]")),
                Step::Name(name)
                    if name
                        .chars()
                        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '-')) =>
                {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(name);
                }
                Step::Name(name) => path.push_str(&format!("['{}']", name.replace('\'', "\\'"))),
            }
        }
        path
    }

    fn wrong(&self, what: &str) -> String {
        let line = if self.at == 0 { 0 } else { self.line };
        let position = self.at - self.line_start;
        format!("{what} Path '{}', line {line}, position {position}.", self.path())
    }

    fn ended(&self) -> String {
        format!("Unexpected end when reading token. Path '{}'.", self.path())
    }

    fn unexpected(&self, found: char) -> String {
        self.wrong(&format!(
            "Unexpected character encountered while parsing value: {found}."
        ))
    }

    fn next(&mut self) -> Option<char> {
        let found = self.peek()?;
        self.at += 1;
        if found == '\n' {
            self.line += 1;
            self.line_start = self.at;
        }
        Some(found)
    }

    /// Goes over blanks and comments.
    fn skip(&mut self) {
        while let Some(found) = self.peek() {
            match (found, self.text.get(self.at + 1)) {
                ('/', Some('/')) => while self.next().is_some_and(|c| c != '\n') {},
                ('/', Some('*')) => {
                    self.at += 2;
                    while let Some(found) = self.next() {
                        if found == '*' && self.peek() == Some('/') {
                            self.at += 1;
                            break;
                        }
                    }
                }
                (blank, _) if blank.is_whitespace() => {
                    self.next();
                }
                _ => return,
            }
        }
    }

    fn value(&mut self) -> Result<(), String> {
        if self.path.len() > DEEPEST {
            return Err(self.wrong(&format!("The reader's MaxDepth of {DEEPEST} has been exceeded.")));
        }
        self.skip();
        let Some(found) = self.peek() else {
            return Err(self.ended());
        };
        match found {
            '{' => self.object(),
            '[' => self.array(),
            '"' | '\'' => {
                let text = self.quoted()?;
                self.out.push_str(&text);
                Ok(())
            }
            '-' | '0'..='9' => self.number(),
            't' => self.word("true", "true", "Error parsing boolean value."),
            'f' => self.word("false", "false", "Error parsing boolean value."),
            'n' if self.text.get(self.at + 1) == Some(&'u') => {
                self.word("null", "null", "Error parsing null value.")
            }
            'u' => self.word("undefined", "null", "Error parsing undefined value."),
            other => Err(self.unexpected(other)),
        }
    }

    fn word(&mut self, word: &str, as_json: &str, wrong: &str) -> Result<(), String> {
        for expected in word.chars() {
            if self.peek() != Some(expected) {
                return Err(self.wrong(wrong));
            }
            self.at += 1;
        }
        if self.peek().is_some_and(|next| next.is_alphanumeric()) {
            return Err(self.wrong(wrong));
        }
        self.out.push_str(as_json);
        Ok(())
    }

    fn number(&mut self) -> Result<(), String> {
        let start = self.at;
        while let Some(found) = self.peek() {
            match found {
                '0'..='9' | '-' | '+' | '.' | 'e' | 'E' => self.at += 1,
                letter if letter.is_alphabetic() => {
                    let what = format!("Unexpected character encountered while parsing number: {letter}.");
                    return Err(self.wrong(&what));
                }
                _ => break,
            }
        }
        let number: String = self.text[start..self.at].iter().collect();
        if serde_json::from_str::<serde_json::Value>(&number).is_err() {
            return Err(self.wrong(&format!("Input string '{number}' is not a valid number.")));
        }
        self.out.push_str(&number);
        Ok(())
    }

    /// A text with its quotes, as JSON has it.
    fn quoted(&mut self) -> Result<String, String> {
        let mut made = "\"".to_owned();
        let quote = self.next().unwrap_or('"');
        loop {
            let Some(found) = self.next() else {
                return Err(self.wrong(&format!("Unterminated string. Expected delimiter: {quote}.")));
            };
            match found {
                _ if found == quote => break,
                '"' => made.push_str("\\\""),
                '\\' => match self.next() {
                    Some('\'') => made.push('\''),
                    Some(escaped) if "\"\\/bfnrtu".contains(escaped) => made.extend(['\\', escaped]),
                    Some(other) => return Err(self.wrong(&format!("Bad JSON escape sequence: \\{other}."))),
                    None => {
                        return Err(self.wrong(&format!("Unterminated string. Expected delimiter: {quote}.")));
                    }
                },
                control if control < ' ' => made.push_str(&format!("\\u{:04x}", u32::from(control))),
                other => made.push(other),
            }
        }
        made.push('"');
        Ok(made)
    }

    /// A property's name as JSON has it.
    fn name(&mut self, first: char) -> Result<String, String> {
        if matches!(first, '"' | '\'') {
            return self.quoted();
        }
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
        if !is_part(first) {
            return Err(self.wrong(&format!("Invalid property identifier character: {first}.")));
        }
        let start = self.at;
        while self.peek().is_some_and(is_part) {
            self.at += 1;
        }
        let name: String = self.text[start..self.at].iter().collect();
        Ok(format!("\"{name}\""))
    }

    fn object(&mut self) -> Result<(), String> {
        self.at += 1;
        self.out.push('{');
        let mut first = true;
        loop {
            self.skip();
            match self.peek() {
                None => return Err(self.ended()),
                Some('}') => break,
                Some(found) => {
                    let name = self.name(found)?;
                    self.skip();
                    match self.peek() {
                        None => return Err(self.ended()),
                        Some(':') => self.at += 1,
                        Some(other) => {
                            let what = format!(
                                "Invalid character after parsing property name. Expected ':' but got: {other}."
                            );
                            return Err(self.wrong(&what));
                        }
                    }
                    if !std::mem::take(&mut first) {
                        self.out.push(',');
                    }
                    self.out.push_str(&name);
                    self.out.push(':');
                    self.path.push(Step::Name(name.trim_matches('"').to_owned()));
                    self.value()?;
                    self.after_value('}')?;
                    self.path.pop();
                }
            }
        }
        self.at += 1;
        self.out.push('}');
        Ok(())
    }

    fn array(&mut self) -> Result<(), String> {
        self.at += 1;
        self.out.push('[');
        for index in 0.. {
            self.skip();
            match self.peek() {
                None => return Err(self.ended()),
                Some(']') => break,
                Some(found) => {
                    if index > 0 {
                        self.out.push(',');
                    }
                    self.path.push(Step::Index(index));
                    if found == ',' {
                        self.out.push_str("null");
                    } else {
                        self.value()?;
                    }
                    self.after_value(']')?;
                    self.path.pop();
                }
            }
        }
        self.at += 1;
        self.out.push(']');
        Ok(())
    }

    /// A comma, or the end of what the value is in.
    fn after_value(&mut self, end: char) -> Result<(), String> {
        self.skip();
        match self.peek() {
            None => Err(self.ended()),
            Some(',') => {
                self.at += 1;
                Ok(())
            }
            Some(found) if found == end => Ok(()),
            Some(other) => {
                let what = format!("After parsing a value an unexpected character was encountered: {other}.");
                Err(self.wrong(&what))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::strict;

    #[test]
    fn what_people_write_is_made_strict() {
        for (written, made) in [
            ("{a: 1, 'b': 'say \"x\"',}", r#"{"a":1,"b":"say \"x\""}"#),
            ("[1, /* two */ 2,] // end", "[1,2]"),
            ("{\"a\":\"x\ny\"}", r#"{"a":"x\u000ay"}"#),
            ("[,1]", "[null,1]"),
        ] {
            assert_eq!(strict(written).as_deref(), Ok(made), "{written}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_path_and_place() {
        for (written, why) in [
            (
                "abc",
                "Unexpected character encountered while parsing value: a. Path '', line 0, position 0.",
            ),
            (
                "{\"a\": x}",
                "Unexpected character encountered while parsing value: x. Path 'a', line 1, position 6.",
            ),
            ("{", "Unexpected end when reading token. Path ''."),
            ("[1,2", "Unexpected end when reading token. Path '[1]'."),
            (
                "{\"a\" 1}",
                "Invalid character after parsing property name. Expected ':' but got: 1. Path '', line 1, position 5.",
            ),
            (
                "{\"a\":1 \"b\":2}",
                "After parsing a value an unexpected character was encountered: \". Path 'a', line 1, position 7.",
            ),
            (
                "[1,2]x",
                "Additional text encountered after finished reading JSON content: x. Path '', line 1, position 5.",
            ),
        ] {
            assert_eq!(strict(written).err().as_deref(), Some(why), "{written}");
        }
    }
}
