//! LDAP search filters (RFC 4515): read into a tree, and evaluated on an object (RFC 4511 §4.5.1.7).
//!
//! Pure. Everything of the grammar is read. Matching knows no schema: values compare without regard to case and
//! to the number of blanks (the rules of directory strings), `>=` and `<=` compare as numbers when both sides are
//! numbers, the two bit rules of Active Directory work, and any other matching rule is refused by name.

use plenum_topology::directory::DirectoryObject;

use crate::error::{ErrorKind, StoreError};

/// Deeper nesting than this is refused: it comes from a generator gone wrong, or from an attacker.
const DEPTH: usize = 64;
/// LDAP_MATCHING_RULE_BIT_AND ([MS-ADTS] §3.1.1.3.4.4.1).
const BIT_AND: &str = "1.2.840.113556.1.4.803";
/// LDAP_MATCHING_RULE_BIT_OR ([MS-ADTS] §3.1.1.3.4.4.2).
const BIT_OR: &str = "1.2.840.113556.1.4.804";

/// A filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// `(&…)`; without parts it is true (RFC 4526).
    And(Vec<Filter>),
    /// `(|…)`; without parts it is false (RFC 4526).
    Or(Vec<Filter>),
    /// `(!…)`
    Not(Box<Filter>),
    /// `(attribute=*)`
    Present(String),
    /// `(attribute=value)`, and `~=`, which is the same here.
    Equal(String, String),
    /// `(attribute=first*middle*last)`
    Substrings {
        /// The attribute.
        attribute: String,
        /// The text before the first `*`; may be empty.
        first: String,
        /// The texts between `*`.
        middle: Vec<String>,
        /// The text after the last `*`; may be empty.
        last: String,
    },
    /// `(attribute>=value)`
    AtLeast(String, String),
    /// `(attribute<=value)`
    AtMost(String, String),
    /// `(attribute:1.2.840.113556.1.4.803:=bits)`: all of the bits are set.
    AllBits(String, u64),
    /// `(attribute:1.2.840.113556.1.4.804:=bits)`: one of the bits is set.
    AnyBit(String, u64),
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// `FilterInvalid`, with the column of the first character that cannot be.
    pub fn parse(text: &str) -> Result<Filter, StoreError> {
        let mut parser = Parser { text, at: 0 };
        parser.blanks();
        // An item without its brackets is common practice: Department=IT.
        let filter = if parser.rest().starts_with('(') {
            parser.filter(0)?
        } else {
            parser.item(true)?
        };
        parser.blanks();
        if parser.rest().is_empty() {
            Ok(filter)
        } else {
            Err(parser.wrong("nothing should follow the filter"))
        }
    }

    /// Whether an object matches. An attribute that it lacks matches nothing.
    pub fn matches(&self, object: &DirectoryObject) -> bool {
        match self {
            Filter::And(parts) => parts.iter().all(|part| part.matches(object)),
            Filter::Or(parts) => parts.iter().any(|part| part.matches(object)),
            Filter::Not(part) => !part.matches(object),
            Filter::Present(attribute) => any(object, attribute, |_| true),
            Filter::Equal(attribute, value) => {
                let wanted = normal(value);
                any(object, attribute, |have| normal(have) == wanted)
            }
            Filter::Substrings {
                attribute,
                first,
                middle,
                last,
            } => any(object, attribute, |have| substrings(have, first, middle, last)),
            Filter::AtLeast(attribute, value) => any(object, attribute, |have| order(have, value).is_ge()),
            Filter::AtMost(attribute, value) => any(object, attribute, |have| order(have, value).is_le()),
            Filter::AllBits(attribute, bits) => any(object, attribute, |have| number(have) & bits == *bits),
            Filter::AnyBit(attribute, bits) => any(object, attribute, |have| number(have) & bits != 0),
        }
    }
}

fn any(object: &DirectoryObject, attribute: &str, test: impl Fn(&str) -> bool) -> bool {
    let pseudo = match attribute.to_ascii_lowercase().as_str() {
        "distinguishedname" | "entrydn" => &object.dn,
        "objectguid" | "entryuuid" => &object.id.0,
        _ => return object.values(attribute).iter().any(|value| test(value)),
    };
    test(pseudo)
}

/// Lower case, without blanks at the ends, and one blank where there are several (RFC 4518).
pub(crate) fn normal(value: &str) -> String {
    let mut words = value.split_whitespace();
    let mut text = words.next().unwrap_or_default().to_lowercase();
    for word in words {
        text.push(' ');
        text.push_str(&word.to_lowercase());
    }
    text
}

fn substrings(have: &str, first: &str, middle: &[String], last: &str) -> bool {
    let have = normal(have);
    let Some(mut rest) = have.strip_prefix(&first.to_lowercase()) else {
        return false;
    };
    for part in middle {
        let part = part.to_lowercase();
        let Some(at) = rest.find(&part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(&last.to_lowercase())
}

fn order(have: &str, wanted: &str) -> std::cmp::Ordering {
    match (have.trim().parse::<i64>(), wanted.trim().parse::<i64>()) {
        (Ok(have), Ok(wanted)) => have.cmp(&wanted),
        _ => normal(have).cmp(&normal(wanted)),
    }
}

/// The bits of a number; Active Directory's numbers are signed.
fn number(value: &str) -> u64 {
    value
        .trim()
        .parse::<i64>()
        .map_or(0, |number| u64::from_ne_bytes(number.to_ne_bytes()))
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn wrong(&self, what: &str) -> StoreError {
        let column = self.text[..self.at].chars().count() + 1;
        StoreError::new(
            ErrorKind::FilterInvalid,
            format!(
                "The LDAP filter '{}' cannot be read: {what} (at character {column}).",
                self.text
            ),
            "Write, for example, (&(department=IT)(!(msRTCSIP-UserEnabled=TRUE))); ( ) * \\ in a value are written \
             \\28 \\29 \\2a \\5c.",
        )
    }

    fn expect(&mut self, character: char) -> Result<(), StoreError> {
        if self.rest().starts_with(character) {
            self.at += character.len_utf8();
            return Ok(());
        }
        Err(self.wrong(&format!("a '{character}' is missing")))
    }

    fn filter(&mut self, depth: usize) -> Result<Filter, StoreError> {
        if depth == DEPTH {
            return Err(self.wrong(&format!("it is nested deeper than {DEPTH}")));
        }
        self.expect('(')?;
        self.blanks();
        let filter = match self.rest().chars().next() {
            Some('&') => Filter::And(self.list(depth)?),
            Some('|') => Filter::Or(self.list(depth)?),
            Some('!') => {
                self.at += 1;
                self.blanks();
                Filter::Not(Box::new(self.filter(depth + 1)?))
            }
            _ => self.item(false)?,
        };
        self.blanks();
        self.expect(')')?;
        Ok(filter)
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Filter>, StoreError> {
        self.at += 1;
        let mut parts = Vec::new();
        self.blanks();
        while self.rest().starts_with('(') {
            parts.push(self.filter(depth + 1)?);
            self.blanks();
        }
        Ok(parts)
    }

    fn item(&mut self, bare: bool) -> Result<Filter, StoreError> {
        let attribute = self.attribute()?;
        let rest = self.rest();
        if rest.starts_with(':') {
            return self.extensible(attribute, bare);
        }
        let (operator, length) = match rest.as_bytes() {
            [b'=', ..] => ('=', 1),
            [b'~', b'=', ..] => ('~', 2),
            [b'>', b'=', ..] => ('>', 2),
            [b'<', b'=', ..] => ('<', 2),
            _ => return Err(self.wrong("=, ~=, >= or <= is missing after the attribute")),
        };
        self.at += length;
        let mut parts = self.value(bare)?;
        match (operator, parts.len()) {
            ('>', 1) => Ok(Filter::AtLeast(attribute, parts.remove(0))),
            ('<', 1) => Ok(Filter::AtMost(attribute, parts.remove(0))),
            (_, 1) => Ok(Filter::Equal(attribute, parts.remove(0))),
            ('=', 2) if parts.iter().all(String::is_empty) => Ok(Filter::Present(attribute)),
            ('=', _) => {
                let last = parts.pop().unwrap_or_default();
                let first = parts.remove(0);
                Ok(Filter::Substrings {
                    attribute,
                    first,
                    middle: parts,
                    last,
                })
            }
            _ => Err(self.wrong("'*' stands only after =")),
        }
    }

    /// RFC 4512 §1.4: a name or a number in dots, and options after semicolons.
    fn attribute(&mut self) -> Result<String, StoreError> {
        let rest = self.rest();
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ';' | '_');
        let end = rest.find(|c| !allowed(c)).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        if name.is_empty() {
            return Err(self.wrong("the name of an attribute is missing"));
        }
        self.at += end;
        self.blanks();
        Ok(name)
    }

    fn extensible(&mut self, attribute: String, bare: bool) -> Result<Filter, StoreError> {
        self.at += 1;
        let rest = self.rest();
        let Some(end) = rest.find(":=") else {
            return Err(self.wrong("':=' is missing after the matching rule"));
        };
        let rule = rest[..end].to_owned();
        if rule != BIT_AND && rule != BIT_OR {
            return Err(self.wrong(&format!("the matching rule '{rule}' is not known here")));
        }
        self.at += end + 2;
        let start = self.at;
        let value = self.value(bare)?.join("*");
        let Ok(bits) = value.trim().parse::<u64>() else {
            self.at = start;
            return Err(self.wrong("the bits are written as a decimal number"));
        };
        Ok(if rule == BIT_AND {
            Filter::AllBits(attribute, bits)
        } else {
            Filter::AnyBit(attribute, bits)
        })
    }

    /// The texts between the stars of a value; one text when there is no star.
    fn value(&mut self, bare: bool) -> Result<Vec<String>, StoreError> {
        let mut parts = vec![Vec::new()];
        while let Some(&byte) = self.text.as_bytes().get(self.at) {
            let part = parts.last_mut().expect("there is always one part");
            match byte {
                b')' if !bare => break,
                b'(' => return Err(self.wrong("'(' in a value is written \\28")),
                b'*' => parts.push(Vec::new()),
                b'\\' => {
                    let escaped = self.text.get(self.at + 1..self.at + 3);
                    let escaped = escaped.filter(|pair| pair.bytes().all(|byte| byte.is_ascii_hexdigit()));
                    match escaped.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
                        Some(escaped) => part.push(escaped),
                        None => return Err(self.wrong("two hexadecimal digits are missing after '\\'")),
                    }
                    self.at += 2;
                }
                byte => part.push(byte),
            }
            self.at += 1;
        }
        let parts = parts
            .into_iter()
            .map(String::from_utf8)
            .collect::<Result<Vec<_>, _>>();
        parts.map_err(|_| self.wrong("the bytes after '\\' are not UTF-8"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alice() -> DirectoryObject {
        let mut object = DirectoryObject {
            dn: "CN=Alice,OU=Sales,DC=contoso,DC=example".to_owned(),
            ..DirectoryObject::default()
        };
        for (name, value) in [
            ("displayName", "Alice  Smith (Sales)"),
            ("department", "Sales"),
            ("msRTCSIP-OptionFlags", "384"),
            ("description", "5*"),
        ] {
            object.set(name, vec![value.to_owned()]);
        }
        object.set(
            "proxyAddresses",
            vec!["SIP:alice@contoso.example".to_owned(), "smtp:a@b".to_owned()],
        );
        object
    }

    #[test]
    fn filters_decide_as_rfc_4511_says() {
        for (filter, expected) in [
            ("(department=sales)", true),
            ("department=Sales", true),
            ("(department=IT)", false),
            ("(&(department=Sales)(displayName=alice smith*))", true),
            ("(displayname=alice smith \\28sales\\29)", true),
            ("(displayName=a*s*\\29)", true),
            ("(displayName=*bob*)", false),
            ("(description=5\\2a)", true),
            ("(|(department=IT)(proxyAddresses=sip:alice@*))", true),
            ("(!(department=*))", false),
            ("(!(manager=*))", true),
            ("(manager<=z)", false),
            ("(msRTCSIP-OptionFlags>=99)", true),
            ("(msRTCSIP-OptionFlags:1.2.840.113556.1.4.803:=384)", true),
            ("(msRTCSIP-OptionFlags:1.2.840.113556.1.4.803:=385)", false),
            ("(msRTCSIP-OptionFlags:1.2.840.113556.1.4.804:=385)", true),
            ("(&)", true),
            ("(|)", false),
            (
                "(distinguishedName=cn=alice,ou=sales,dc=contoso,dc=example)",
                true,
            ),
            (" ( & ( department=Sales) (description~=5\\2A) ) ", true),
        ] {
            let parsed = Filter::parse(filter).unwrap_or_else(|error| panic!("{filter}: {error}"));
            assert_eq!(parsed.matches(&alice()), expected, "{filter}");
        }
    }

    #[test]
    fn a_wrong_filter_is_refused_with_the_place() {
        for (filter, place) in [
            ("", "at character 1"),
            ("(department=Sales", "at character 18"),
            ("(department)", "at character 12"),
            ("(&(a=b)", "at character 8"),
            ("(a=b)(c=d)", "at character 6"),
            ("(a=\\zz)", "at character 4"),
            ("(a=b(c)", "at character 5"),
            ("(a:caseExactMatch:=b)", "matching rule 'caseExactMatch'"),
            ("(a>=b*)", "'*'"),
        ] {
            let error = Filter::parse(filter).expect_err(filter);
            assert_eq!(error.kind, ErrorKind::FilterInvalid);
            assert!(error.message.contains(place), "{filter}: {error}");
        }
        let deep = "(!".repeat(100_000);
        assert!(Filter::parse(&deep).is_err());
    }
}
