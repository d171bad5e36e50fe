//! Users from LDIF (RFC 2849), as `ldapsearch`, `slapcat` and `ldifde` write it.
//!
//! Content records and `changetype: add` are read: a file that changes or removes entries belongs into the directory it
//! was written for, and is refused. Folded lines, comments, base64 values (`::`) and attribute options are read;
//! values by URL (`:<`) are not, since a file must not make us read other files. Entries that are neither user nor
//! contact (containers, groups) are passed over. Operational attributes that this directory gives itself are left out,
//! but for the id (objectGUID, entryUUID), which is kept.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use plenum_topology::directory::{DirectoryObject, ObjectId};

use super::{Imported, Problem, id_of, problem, refuse_twins, too_large};

/// Classes of entries that become users or contacts.
const ACCOUNTS: [&str; 5] = [
    "user",
    "contact",
    "person",
    "organizationalPerson",
    "inetOrgPerson",
];

/// What a directory gives an entry by itself (RFC 4512 §3.4, and OpenLDAP's own).
const OPERATIONAL: [&str; 8] = [
    "createTimestamp",
    "modifyTimestamp",
    "creatorsName",
    "modifiersName",
    "structuralObjectClass",
    "entryCSN",
    "subschemaSubentry",
    "contextCSN",
];

/// Attributes whose values are passwords; hashed ones (`{SSHA}…`) make no keys and are a problem.
const PASSWORDS: [&str; 3] = ["userPassword", "unicodePwd", "clearPassword"];

/// Reads all users; with problems, none.
///
/// # Errors
/// Every problem of the file, in order.
pub fn read(text: &str, new_id: &mut dyn FnMut() -> ObjectId) -> Result<Vec<Imported>, Vec<Problem>> {
    if let Some(problem) = too_large(text) {
        return Err(vec![problem]);
    }
    let mut problems = Vec::new();
    let mut imported = Vec::new();
    let lines = unfold(text.strip_prefix('\u{feff}').unwrap_or(text), &mut problems);
    let mut first = true;
    for record in lines
        .split(|line| line.text.is_empty())
        .filter(|record| !record.is_empty())
    {
        let record = if std::mem::take(&mut first) {
            without_version(record, &mut problems)
        } else {
            record
        };
        if !record.is_empty() {
            imported.extend(entry(record, new_id, &mut problems));
        }
    }
    refuse_twins(&imported, &mut problems);
    problems.sort_by_key(|problem| (problem.line, problem.column));
    if problems.is_empty() {
        Ok(imported)
    } else {
        Err(problems)
    }
}

/// A line as it was before folding.
struct Line {
    text: String,
    number: usize,
}

/// RFC 2849 note 2: a line that begins with a blank continues the one before, comments too.
fn unfold(text: &str, problems: &mut Vec<Problem>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        match (line.strip_prefix(' '), lines.last_mut()) {
            (Some(rest), Some(last)) if !last.text.is_empty() => last.text.push_str(rest),
            (Some(_), _) => {
                let message = "The line continues nothing.";
                problems.push(problem(
                    index + 1,
                    1,
                    message,
                    "Remove the blank at its beginning.",
                ));
            }
            (None, _) => lines.push(Line {
                text: line.to_owned(),
                number: index + 1,
            }),
        }
    }
    lines.retain(|line| !line.text.starts_with('#'));
    lines
}

fn without_version<'a>(record: &'a [Line], problems: &mut Vec<Problem>) -> &'a [Line] {
    match record.split_first() {
        Some((line, rest)) if line.text.to_ascii_lowercase().starts_with("version:") => {
            if line.text[8..].trim() != "1" {
                let message = format!("'{}' is not known.", line.text);
                problems.push(problem(line.number, 1, message, "RFC 2849 has version: 1."));
            }
            rest
        }
        _ => record,
    }
}

fn entry(
    record: &[Line],
    new_id: &mut dyn FnMut() -> ObjectId,
    problems: &mut Vec<Problem>,
) -> Option<Imported> {
    let number = record[0].number;
    let mut object = DirectoryObject::default();
    let mut password = None;
    let mut sound = true;
    for (index, line) in record.iter().enumerate() {
        let (name, value) = match attribute(line) {
            Ok(read) => read,
            Err(problem) => {
                problems.push(problem);
                sound = false;
                continue;
            }
        };
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if index == 0 && !is("dn") {
            problems.push(problem(
                line.number,
                1,
                "An entry begins with dn:.",
                "Separate entries by an empty line.",
            ));
            return None;
        }
        if index == 0 {
            object.dn = value.text().unwrap_or_default();
            if object.dn.is_empty() {
                problems.push(problem(
                    line.number,
                    5,
                    "The distinguished name is empty.",
                    "Every entry has one.",
                ));
                return None;
            }
        } else if is("changetype") && value.text().is_some_and(|kind| kind == "add") {
        } else if is("changetype") || is("control") {
            let message = format!("'{}' is not imported.", line.text);
            problems.push(problem(
                line.number,
                1,
                message,
                "Only entries themselves and changetype: add are.",
            ));
            return None;
        } else if PASSWORDS.iter().any(|known| is(known)) {
            match plain_password(&name, &value) {
                Some(plain) => password = Some(plain),
                None => {
                    let message = format!("{name} is a hash, or no text.");
                    let hint = "Keys are made from a password in plain text; leave it out and set it later.";
                    problems.push(problem(line.number, 1, message, hint));
                    sound = false;
                }
            }
        } else if is("objectGUID") || is("entryUUID") {
            object.set("objectGUID", value.id().into_iter().collect());
        } else if !OPERATIONAL.iter().any(|known| is(known))
            && let Some(text) = value.text().filter(|text| !text.trim().is_empty())
        {
            let mut values = object.values(&name).to_vec();
            values.push(text);
            object.set(&name, values);
        }
    }
    let account = object
        .values("objectClass")
        .iter()
        .any(|class| ACCOUNTS.iter().any(|known| known.eq_ignore_ascii_case(class)));
    let computer = object
        .values("objectClass")
        .iter()
        .any(|class| class.eq_ignore_ascii_case("computer"));
    if !sound || !account || computer {
        return None;
    }
    object.id = id_of(&object, new_id);
    object.set("objectGUID", Vec::new());
    Some(Imported {
        object,
        password,
        line: number,
    })
}

/// A value's bytes.
struct Bytes(Vec<u8>);

impl Bytes {
    /// As text; pictures and certificates have none and are left out.
    fn text(&self) -> Option<String> {
        String::from_utf8(self.0.clone())
            .ok()
            .filter(|text| !text.contains('\0'))
    }

    /// As an objectGUID: 16 bytes, the first three fields little-endian, or its text.
    fn id(&self) -> Option<String> {
        if let Ok(bytes) = <[u8; 16]>::try_from(self.0.as_slice()) {
            return Some(uuid::Uuid::from_bytes_le(bytes).hyphenated().to_string());
        }
        self.text()
    }
}

/// `name: text`, `name:: base64`; options after a semicolon are dropped.
fn attribute(line: &Line) -> Result<(String, Bytes), Problem> {
    let Some((name, rest)) = line.text.split_once(':') else {
        let message = "The line has no colon.";
        return Err(problem(
            line.number,
            1,
            message,
            "A line is written as attribute: value.",
        ));
    };
    let name = name.split(';').next().unwrap_or_default();
    let valid = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'));
    if !valid {
        let message = format!("'{name}' is no name of an attribute.");
        return Err(problem(
            line.number,
            1,
            message,
            "Names have letters, digits and hyphens.",
        ));
    }
    let column = line.text.chars().count() - rest.chars().count() + 1;
    if let Some(encoded) = rest.strip_prefix(':') {
        let decoded = STANDARD.decode(encoded.trim());
        return decoded.map(|bytes| (name.to_owned(), Bytes(bytes))).map_err(|_| {
            problem(
                line.number,
                column + 1,
                "The value is not base64.",
                "After :: a value is written in base64.",
            )
        });
    }
    if rest.starts_with('<') {
        let message = "The value is in another file.";
        return Err(problem(
            line.number,
            column,
            message,
            "Put the value itself into the file, in base64.",
        ));
    }
    Ok((
        name.to_owned(),
        Bytes(rest.trim_start_matches(' ').as_bytes().to_vec()),
    ))
}

/// unicodePwd is the password in quotes, in UTF-16LE ([MS-ADTS] §3.1.1.3.1.5.1).
fn plain_password(name: &str, value: &Bytes) -> Option<String> {
    if !name.eq_ignore_ascii_case("unicodePwd") {
        return value.text().filter(|text| !text.is_empty() && !is_hash(text));
    }
    let (pairs, rest) = value.0.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    let text = String::from_utf16(&units).ok().filter(|_| rest.is_empty())?;
    Some(text.strip_prefix('"')?.strip_suffix('"')?.to_owned())
}

/// RFC 2307 §5.3: `{SSHA}…`.
fn is_hash(text: &str) -> bool {
    text.strip_prefix('{')
        .and_then(|rest| rest.split_once('}'))
        .is_some_and(|(scheme, _)| {
            !scheme.is_empty()
                && scheme
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '.'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_with_ids(text: &str) -> Result<Vec<Imported>, Vec<Problem>> {
        let mut number = 0;
        let mut new_id = || {
            number += 1;
            ObjectId(format!("id-{number}"))
        };
        read(text, &mut new_id)
    }

    #[test]
    fn an_export_becomes_users() {
        let users = read_with_ids(
            "version: 1\n# a comment\n  that goes on\ndn: ou=Sales,dc=contoso,dc=example\nobjectClass: organizationalUnit\n\n\
             dn: cn=Alice Smith,ou=Sales,\n dc=contoso,dc=example\nobjectClass: top\nobjectClass: inetOrgPerson\n\
             cn;lang-en: Alice Smith\ndisplayName:: RMO2cnRl\nentryUUID: 00112233-4455-6677-8899-AABBCCDDEEFF\n\
             modifyTimestamp: 20260101000000Z\njpegPhoto:: /9j/AAA=\nuserPassword: s3cret\n\n\n\
             dn: cn=Bob,dc=contoso,dc=example\r\nchangetype: add\r\nobjectClass: contact\r\n\
             unicodePwd:: IgBwAHcAIgA=\r\n",
        )
        .unwrap();
        let [alice, bob] = users.as_slice() else {
            panic!("two users: {users:?}")
        };
        assert_eq!(alice.object.dn, "cn=Alice Smith,ou=Sales,dc=contoso,dc=example");
        assert_eq!(alice.object.id.0, "00112233-4455-6677-8899-aabbccddeeff");
        assert_eq!(alice.object.first("displayName"), Some("Dörte"));
        let names: Vec<&str> = alice.object.attributes.keys().map(String::as_str).collect();
        assert_eq!(names, ["objectClass", "cn", "displayName"]);
        assert_eq!((alice.password.as_deref(), alice.line), (Some("s3cret"), 7));
        assert_eq!(
            (bob.password.as_deref(), bob.object.id.0.as_str()),
            (Some("pw"), "id-1")
        );
    }

    #[test]
    fn all_problems_of_a_file_are_told_with_their_place() {
        let problems = read_with_ids(
            " continues\ncn: nobody\n\ndn: cn=a\nobjectClass: person\nno colon here\nphoto:: %%%\nkey:< file:///etc/passwd\n\
             userPassword: {SSHA}abc\n\ndn: cn=b\nchangetype: delete\n\ndn: cn=c\nobjectClass: user\n\ndn: CN=C\nobjectClass: user\n",
        )
        .unwrap_err();
        let told: Vec<String> = problems
            .iter()
            .map(|p| format!("{}:{} {}", p.line, p.column, p.message))
            .collect();
        assert_eq!(
            told,
            [
                "1:1 The line continues nothing.",
                "2:1 An entry begins with dn:.",
                "6:1 The line has no colon.",
                "7:8 The value is not base64.",
                "8:5 The value is in another file.",
                "9:1 userPassword is a hash, or no text.",
                "12:1 'changetype: delete' is not imported.",
                "17:1 The distinguished name cn=c is that of line 14 too.",
            ]
        );
    }
}
