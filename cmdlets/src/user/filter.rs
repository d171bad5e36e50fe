//! `-Filter {Enabled -eq $true -and LineURI -ne $null}`: the language's comparison operators over user properties,
//! turned into an LDAP filter so that the directory does the searching.
//!
//! ```text
//! or      = and { "-or" and }
//! and     = not { "-and" not }
//! not     = ("-not" | "!") not | "(" or ")" | comparison
//! comparison = property operator value
//! value   = 'text' | "text" | $true | $false | $null | $variable | word
//! ```
//!
//! A variable is the caller's: a filter is usually written as a script block, whose text arrives here unexpanded.

use plenum_lang::error::{Category, ErrorRecord};

use plenum_lang::value::Value;

use super::attribute::{self, ACCOUNT_FACTS, ACCOUNT_TEXTS, Kind, PROPERTIES};
use super::find::escape;
use crate::authoring::text;

/// The LDAP matching rule "all these bits are set" (LDAP_MATCHING_RULE_BIT_AND).
const BIT_AND: &str = "1.2.840.113556.1.4.803";

/// Whose names of properties a filter uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vocabulary {
    /// The product's: SipAddress, FirstName …
    Product,
    /// The directory's own module's: GivenName, Surname …, and the attributes behind them.
    Directory,
}

impl Vocabulary {
    fn find(self, name: &str) -> Option<(&'static str, Kind)> {
        if self == Vocabulary::Product {
            return attribute::property(name).map(|(_, stored, kind)| (*stored, *kind));
        }
        let is = |known: &str| known.eq_ignore_ascii_case(name);
        let text = ACCOUNT_TEXTS
            .iter()
            .find(|(known, stored, _)| is(known) || is(stored))
            .map(|(_, stored, _)| (*stored, Kind::Text));
        let fact = ACCOUNT_FACTS
            .iter()
            .find(|(known, _, _)| is(known))
            .map(|(_, stored, kind)| (*stored, *kind));
        let attribute = || PROPERTIES.iter().find(|(_, stored, _)| is(stored));
        text.or(fact)
            .or_else(|| attribute().map(|(_, stored, _)| (*stored, Kind::Text)))
    }

    fn names(self) -> Vec<&'static str> {
        if self == Vocabulary::Product {
            return PROPERTIES.iter().map(|(name, _, _)| *name).collect();
        }
        let texts = ACCOUNT_TEXTS.iter().map(|(name, _, _)| *name);
        texts
            .chain(ACCOUNT_FACTS.iter().map(|(name, _, _)| *name))
            .collect()
    }
}

/// Looks a variable of the caller up, by its name without `$`.
pub type Variables<'a> = &'a dyn Fn(&str) -> Option<Value>;

/// Turns a filter into LDAP's form (RFC 4515).
pub fn to_ldap(
    filter: &str,
    vocabulary: Vocabulary,
    variables: Variables<'_>,
) -> Result<String, ErrorRecord> {
    let mut parser = Parser {
        source: filter.trim(),
        at: 0,
        vocabulary,
        variables,
    };
    let result = parser.or()?;
    match parser.token()? {
        None => Ok(result),
        Some(extra) => Err(parser.error(extra.start, &format!("'{}' is not expected here", extra.text))),
    }
}

struct Parser<'a> {
    source: &'a str,
    at: usize,
    vocabulary: Vocabulary,
    variables: Variables<'a>,
}

struct Token {
    text: String,
    quoted: bool,
    /// The byte at which it begins.
    start: usize,
}

impl Token {
    fn is(&self, word: &str) -> bool {
        !self.quoted && self.text.eq_ignore_ascii_case(word)
    }
}

impl Parser<'_> {
    /// An error about what begins at a byte of the filter.
    fn error(&self, at: usize, problem: &str) -> ErrorRecord {
        let character = self.source[..at].chars().count() + 1;
        ErrorRecord::new(
            "InvalidFilter",
            Category::InvalidArgument,
            format!(
                "The filter '{}' cannot be read: {problem} (at character {character}).",
                self.source
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
        let start = self.at;
        self.at += length;
        Ok(Some(Token {
            text: rest[..length].to_owned(),
            quoted: false,
            start,
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
                let start = self.at;
                self.at += offset + 1;
                return Ok(Token {
                    text: value,
                    quoted: true,
                    start,
                });
            }
        }
        Err(self.error(self.at, &format!("the text that begins with {quote} has no end")))
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
                Err(self.error(self.at, "a ')' is missing"))
            };
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<String, ErrorRecord> {
        let missing = |parser: &Self, what: &str| parser.error(parser.at, &format!("{what} is missing"));
        let Some(name) = self.token()? else {
            return Err(missing(self, "a property name"));
        };
        let Some((attribute, kind)) = self.vocabulary.find(&name.text) else {
            let problem = format!("'{}' is not a property that can be searched", name.text);
            return Err(self.error(name.start, &problem).hint(format!(
                "These can: {}. For other directory attributes use -LdapFilter.",
                self.vocabulary.names().join(", ")
            )));
        };
        let Some(operator) = self.token()? else {
            return Err(missing(self, "an operator"));
        };
        let Some(value) = self.token()? else {
            return Err(missing(self, "a value"));
        };
        let value = self.expanded(value)?;
        self.compare(attribute, kind, &operator, &value)
    }

    /// A value with the caller's variable in place of its name.
    fn expanded(&self, value: Token) -> Result<Token, ErrorRecord> {
        let constant = ["$true", "$false", "$null"].iter().any(|word| value.is(word));
        let Some(name) = value
            .text
            .strip_prefix('$')
            .filter(|_| !value.quoted && !constant)
        else {
            return Ok(value);
        };
        let Some(found) = (self.variables)(name) else {
            let problem = format!("there is no variable '{}'", value.text);
            return Err(self
                .error(value.start, &problem)
                .hint("Set it before, or write a text in quotes."));
        };
        let (text, quoted) = match found.base() {
            Value::Null | Value::Nothing => ("$null".to_owned(), false),
            Value::Bool(true) => ("$true".to_owned(), false),
            Value::Bool(false) => ("$false".to_owned(), false),
            other => (other.to_text(), true),
        };
        Ok(Token {
            text,
            quoted,
            start: value.start,
        })
    }

    fn compare(
        &self,
        attribute: &str,
        kind: Kind,
        given: &Token,
        value: &Token,
    ) -> Result<String, ErrorRecord> {
        let operator = &*given.text.to_ascii_lowercase();
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
                Err(self.error(given.start, &format!("{operator} does not order this property")))
            }
            other => Err(self.error(
                given.start,
                &format!("'{other}' is not one of -eq, -ne, -like, -notlike, -gt, -ge, -lt, -le"),
            )),
        }
    }

    fn equals(&self, attribute: &str, kind: Kind, value: &Token) -> Result<String, ErrorRecord> {
        let text = value.text.trim_start_matches('$');
        let boolean = || match text.to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(self.error(value.start, "this property is $true or $false")),
        };
        Ok(match kind {
            _ if value.is("$null") => match kind {
                Kind::Policy(noun) => format!("(!({attribute}={noun}=*))"),
                _ => format!("(!({attribute}=*))"),
            },
            Kind::Bool => format!("({attribute}={})", if boolean()? { "TRUE" } else { "FALSE" }),
            Kind::Flag(bit) | Kind::Cleared(bit) => {
                let set = format!("({attribute}:{BIT_AND}:={bit})");
                if boolean()? == matches!(kind, Kind::Flag(_)) {
                    set
                } else {
                    format!("(!{set})")
                }
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
            assert_eq!(product(filter).expect(filter), ldap);
        }
    }

    fn product(filter: &str) -> Result<String, ErrorRecord> {
        to_ldap(filter, Vocabulary::Product, &|name| {
            (name == "pool").then(|| Value::str("sfb.contoso.example"))
        })
    }

    #[test]
    fn the_directory_has_its_own_names_for_the_same_attributes() {
        for (filter, ldap) in [
            ("Surname -eq 'Smith'", "(sn=Smith)"),
            ("mail -like '*@contoso.example'", "(mail=*@contoso.example)"),
            (
                "Enabled -eq $false",
                "(userAccountControl:1.2.840.113556.1.4.803:=2)",
            ),
            (
                "Enabled -eq $true",
                "(!(userAccountControl:1.2.840.113556.1.4.803:=2))",
            ),
        ] {
            assert_eq!(
                to_ldap(filter, Vocabulary::Directory, &|_| None).expect(filter),
                ldap
            );
        }
        to_ldap("FirstName -eq 'A'", Vocabulary::Directory, &|_| None).expect_err("the product's name");
    }

    #[test]
    fn a_variable_of_the_caller_stands_for_its_value() {
        let filter = "RegistrarPool -eq $pool";
        assert_eq!(
            product(filter).expect(filter),
            "(msRTCSIP-PrimaryHomeServer=sfb.contoso.example)"
        );
    }

    #[test]
    fn a_filter_that_cannot_be_read_says_where_and_what_to_write() {
        for (filter, expected, character) in [
            ("Enabled -is $true", "'-is' is not one of", 9),
            ("Nonsense -eq 1", "'Nonsense' is not a property", 1),
            ("  Enabled -eq 'perhaps'", "$true or $false", 13),
            ("(Enabled -eq $true", "a ')' is missing", 19),
            ("Enabled -eq 'x", "has no end", 13),
            ("Enabled", "an operator is missing", 8),
            ("DisplayName -eq 'Jörg' Enabled", "'Enabled' is not expected", 24),
            ("RegistrarPool -eq $gone", "no variable '$gone'", 19),
        ] {
            let error = product(filter).expect_err(filter);
            let place = format!("(at character {character})");
            assert!(error.message.contains(expected), "{filter}: {}", error.message);
            assert!(error.message.contains(&place), "{filter}: {}", error.message);
            assert!(error.hint.is_some());
        }
    }
}
