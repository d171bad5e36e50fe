//! `-Filter {Enabled -eq $true -and LineURI -ne $null}`: the language's comparison operators over user properties,
//! turned into an LDAP filter so that the directory does the searching.
//!
//! ```text
//! or      = and { "-or" and }
//! and     = not { "-and" not }
//! not     = ("-not" | "!") not | "(" or ")" | comparison
//! comparison = property operator value
//! value   = 'text' | "text" | $true | $false | $null | word
//! ```

use plenum_lang::error::{Category, ErrorRecord};

use super::attribute::{self, Kind, PROPERTIES};
use super::find::escape;
use crate::authoring::text;

/// The LDAP matching rule "all these bits are set" (LDAP_MATCHING_RULE_BIT_AND).
const BIT_AND: &str = "1.2.840.113556.1.4.803";

/// Turns a filter into LDAP's form (RFC 4515).
pub fn to_ldap(filter: &str) -> Result<String, ErrorRecord> {
    let mut parser = Parser {
        source: filter,
        at: 0,
    };
    let result = parser.or()?;
    match parser.token()? {
        None => Ok(result),
        Some(extra) => Err(parser.error(&format!("'{}' is not expected here", extra.text))),
    }
}

struct Parser<'a> {
    source: &'a str,
    at: usize,
}

struct Token {
    text: String,
    quoted: bool,
}

impl Token {
    fn is(&self, word: &str) -> bool {
        !self.quoted && self.text.eq_ignore_ascii_case(word)
    }
}

impl Parser<'_> {
    fn error(&self, problem: &str) -> ErrorRecord {
        ErrorRecord::new(
            "InvalidFilter",
            Category::InvalidArgument,
            format!(
                "The filter '{}' cannot be read: {problem} (at character {}).",
                self.source.trim(),
                self.at + 1
            ),
        )
        .about(text(self.source))
        .hint("Write, for example, -Filter {Enabled -eq $true -and LineURI -like \"tel:+1425*\"}.")
    }

    fn token(&mut self) -> Result<Option<Token>, ErrorRecord> {
        let rest = &self.source[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        let rest = &self.source[self.at..];
        let Some(first) = rest.chars().next() else {
            return Ok(None);
        };
        let length = match first {
            '(' | ')' | '!' => 1,
            '\'' | '"' => return self.quoted(first).map(Some),
            _ => rest
                .find(|c: char| c.is_whitespace() || matches!(c, '(' | ')'))
                .unwrap_or(rest.len()),
        };
        self.at += length;
        Ok(Some(Token {
            text: rest[..length].to_owned(),
            quoted: false,
        }))
    }

    fn quoted(&mut self, quote: char) -> Result<Token, ErrorRecord> {
        let mut value = String::new();
        let rest = &self.source[self.at..];
        let mut characters = rest.char_indices().skip(1).peekable();
        while let Some((offset, character)) = characters.next() {
            if character != quote {
                value.push(character);
            } else if characters.peek().is_some_and(|(_, next)| *next == quote) {
                value.push(quote);
                characters.next();
            } else {
                self.at += offset + 1;
                return Ok(Token {
                    text: value,
                    quoted: true,
                });
            }
        }
        Err(self.error(&format!("the text that begins with {quote} has no end")))
    }

    fn peek_is(&mut self, words: &[&str]) -> Result<bool, ErrorRecord> {
        let before = self.at;
        let found = self
            .token()?
            .is_some_and(|token| words.iter().any(|word| token.is(word)));
        if !found {
            self.at = before;
        }
        Ok(found)
    }

    fn or(&mut self) -> Result<String, ErrorRecord> {
        let mut parts = vec![self.and()?];
        while self.peek_is(&["-or"])? {
            parts.push(self.and()?);
        }
        Ok(join('|', parts))
    }

    fn and(&mut self) -> Result<String, ErrorRecord> {
        let mut parts = vec![self.not()?];
        while self.peek_is(&["-and"])? {
            parts.push(self.not()?);
        }
        Ok(join('&', parts))
    }

    fn not(&mut self) -> Result<String, ErrorRecord> {
        if self.peek_is(&["-not", "!"])? {
            return Ok(format!("(!{})", self.not()?));
        }
        if self.peek_is(&["("])? {
            let inside = self.or()?;
            return if self.peek_is(&[")"])? {
                Ok(inside)
            } else {
                Err(self.error("a ')' is missing"))
            };
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<String, ErrorRecord> {
        let Some(name) = self.token()? else {
            return Err(self.error("a property name is missing"));
        };
        let Some((_, attribute, kind)) = attribute::property(&name.text) else {
            let known: Vec<&str> = PROPERTIES.iter().map(|(known, _, _)| *known).collect();
            return Err(self
                .error(&format!("'{}' is not a property that can be searched", name.text))
                .hint(format!(
                    "These can: {}. For other directory attributes use -LdapFilter.",
                    known.join(", ")
                )));
        };
        let Some(operator) = self.token()? else {
            return Err(self.error("an operator is missing"));
        };
        let Some(value) = self.token()? else {
            return Err(self.error("a value is missing"));
        };
        self.compare(attribute, *kind, &operator.text.to_ascii_lowercase(), &value)
    }

    fn compare(
        &self,
        attribute: &str,
        kind: Kind,
        operator: &str,
        value: &Token,
    ) -> Result<String, ErrorRecord> {
        let negate = |filter: String| format!("(!{filter})");
        match operator {
            "-eq" => self.equals(attribute, kind, value),
            "-ne" => self.equals(attribute, kind, value).map(negate),
            "-like" => Ok(pattern(attribute, kind, &value.text)),
            "-notlike" => Ok(negate(pattern(attribute, kind, &value.text))),
            "-ge" | "-le" | "-gt" | "-lt" if kind == Kind::Text => {
                let escaped = escape(&value.text, false);
                let inclusive = format!(
                    "({attribute}{}={escaped})",
                    if operator.starts_with("-g") { '>' } else { '<' }
                );
                let strict = operator.ends_with('t');
                Ok(if strict {
                    format!("(&{inclusive}(!({attribute}={escaped})))")
                } else {
                    inclusive
                })
            }
            "-ge" | "-le" | "-gt" | "-lt" => {
                Err(self.error(&format!("{operator} does not order this property")))
            }
            other => Err(self.error(&format!(
                "'{other}' is not one of -eq, -ne, -like, -notlike, -gt, -ge, -lt, -le"
            ))),
        }
    }

    fn equals(&self, attribute: &str, kind: Kind, value: &Token) -> Result<String, ErrorRecord> {
        let text = value.text.trim_start_matches('$');
        let boolean = if text.eq_ignore_ascii_case("true") {
            Some(true)
        } else if text.eq_ignore_ascii_case("false") {
            Some(false)
        } else {
            None
        };
        Ok(match kind {
            _ if value.is("$null") => match kind {
                Kind::Policy(noun) => format!("(!({attribute}={noun}=*))"),
                _ => format!("(!({attribute}=*))"),
            },
            Kind::Bool => {
                let boolean = boolean.ok_or_else(|| self.error("this property is $true or $false"))?;
                format!("({attribute}={})", if boolean { "TRUE" } else { "FALSE" })
            }
            Kind::Flag(bit) => {
                let boolean = boolean.ok_or_else(|| self.error("this property is $true or $false"))?;
                let set = format!("({attribute}:{BIT_AND}:={bit})");
                if boolean { set } else { format!("(!{set})") }
            }
            // The product takes wildcards with -eq as well.
            Kind::Text | Kind::Policy(_) => pattern(attribute, kind, &value.text),
        })
    }
}

fn pattern(attribute: &str, kind: Kind, value: &str) -> String {
    let escaped = escape(value, true);
    match kind {
        Kind::Policy(noun) => {
            let tag = escaped
                .strip_prefix("Tag:")
                .or_else(|| escaped.strip_prefix("tag:"))
                .unwrap_or(&escaped);
            format!("({attribute}={noun}={tag})")
        }
        _ => format!("({attribute}={escaped})"),
    }
}

fn join(operator: char, mut parts: Vec<String>) -> String {
    if parts.len() == 1 {
        parts.remove(0)
    } else {
        format!("({operator}{})", parts.concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_become_ldap_filters() {
        let cases = [
            ("Enabled -eq $true", "(msRTCSIP-UserEnabled=TRUE)"),
            ("LineURI -ne $null", "(!(!(msRTCSIP-Line=*)))"),
            (
                "Enabled -eq $True -and (LineURI -like 'tel:+1425*' -or VoicePolicy -eq \"Sales\")",
                "(&(msRTCSIP-UserEnabled=TRUE)(|(msRTCSIP-Line=tel:+1425*)(msRTCSIP-UserPolicies=CsVoicePolicy=Sales)))",
            ),
            (
                "EnterpriseVoiceEnabled -eq $false",
                "(!(msRTCSIP-OptionFlags:1.2.840.113556.1.4.803:=128))",
            ),
            (
                "-not DisplayName -eq 'O''Brien (x)'",
                "(!(displayName=O'Brien \\28x\\29))",
            ),
            (
                "VoicePolicy -eq $null",
                "(!(msRTCSIP-UserPolicies=CsVoicePolicy=*))",
            ),
        ];
        for (filter, ldap) in cases {
            assert_eq!(to_ldap(filter).expect(filter), ldap);
        }
    }

    #[test]
    fn a_filter_that_cannot_be_read_says_where_and_what_to_write() {
        for (filter, expected) in [
            ("Enabled -is $true", "'-is' is not one of"),
            ("Nonsense -eq 1", "'Nonsense' is not a property"),
            ("Enabled -eq 'perhaps'", "$true or $false"),
            ("(Enabled -eq $true", "a ')' is missing"),
            ("Enabled -eq 'x", "has no end"),
            ("Enabled", "an operator is missing"),
        ] {
            let error = to_ldap(filter).expect_err(filter);
            assert!(error.message.contains(expected), "{filter}: {}", error.message);
            assert!(error.hint.is_some());
        }
    }
}
