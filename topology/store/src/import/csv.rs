//! Users from CSV (RFC 4180): a header line with names, one user a line.
//!
//! Columns are named as New-ADUser's parameters (`Name`, `SamAccountName`, `UserPrincipalName`, `GivenName` …) or as the
//! directory's attributes (`department`, `msRTCSIP-Line` …); letter case does not matter. `Password` is the password in
//! plain text, `Path` the container, `DistinguishedName` both name and container. A semicolon separates columns when the
//! header has one and no comma, as spreadsheets write it in some countries. Fields in quotes may have line breaks. Lines
//! that begin with `#TYPE`, as Export-Csv writes it, are skipped.

use plenum_topology::directory::{DirectoryObject, ObjectId};

use super::{Imported, Problem, escape_dn, id_of, problem, refuse_twins, too_large};

/// Column and attribute.
const COLUMNS: &[(&str, &str)] = &[
    ("Name", "name"),
    ("City", "l"),
    ("EmailAddress", "mail"),
    ("Surname", "sn"),
    ("FirstName", "givenName"),
    ("LastName", "sn"),
    ("Office", "physicalDeliveryOfficeName"),
    ("OfficePhone", "telephoneNumber"),
    ("MobilePhone", "mobile"),
    ("Fax", "facsimileTelephoneNumber"),
    ("State", "st"),
    ("Country", "c"),
    ("SipAddress", "msRTCSIP-PrimaryUserAddress"),
    ("RegistrarPool", "msRTCSIP-PrimaryHomeServer"),
    ("LineURI", "msRTCSIP-Line"),
    ("SamAccountName", "sAMAccountName"),
    ("UserPrincipalName", "userPrincipalName"),
    ("DisplayName", "displayName"),
    ("GivenName", "givenName"),
];

/// Reads all users; with problems, none.
///
/// `container` is the distinguished name that users without `Path` are put into.
///
/// # Errors
/// Every problem of the file, in order.
pub fn read(
    text: &str,
    container: &str,
    new_id: &mut dyn FnMut() -> ObjectId,
) -> Result<Vec<Imported>, Vec<Problem>> {
    if let Some(problem) = too_large(text) {
        return Err(vec![problem]);
    }
    let mut problems = Vec::new();
    let mut records = records(text.strip_prefix('\u{feff}').unwrap_or(text), &mut problems).into_iter();
    let Some(header) = records.next() else {
        return Err(vec![problem(
            1,
            1,
            "The file is empty.",
            "Its first line names the columns: Name,SamAccountName.",
        )]);
    };
    let columns = columns(&header, &mut problems);
    let mut imported = Vec::new();
    for record in records {
        if record.fields.len() != columns.len() {
            let message = format!(
                "The line has {} fields, the header {}.",
                record.fields.len(),
                columns.len()
            );
            problems.push(problem(
                record.line,
                1,
                message,
                "Put a field with a comma or a quote in quotes.",
            ));
            continue;
        }
        match user(&columns, &record, container, new_id) {
            Ok(user) => imported.push(user),
            Err(problem) => problems.push(problem),
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

enum Column {
    Attribute(String),
    Password,
    Container,
    Dn,
}

fn columns(header: &Record, problems: &mut Vec<Problem>) -> Vec<Column> {
    let mut seen = std::collections::BTreeSet::new();
    let mut columns = Vec::new();
    for field in &header.fields {
        let name = field.text.trim();
        let valid = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if !valid {
            let message = format!("'{name}' is no name of a column.");
            problems.push(problem(
                field.line,
                field.column,
                message,
                "Name it as New-ADUser's parameter or the attribute.",
            ));
        } else if !seen.insert(name.to_lowercase()) {
            let message = format!("The column {name} is there twice.");
            problems.push(problem(field.line, field.column, message, "Keep one of them."));
        }
        columns.push(column(name));
    }
    if !["name", "distinguishedname"]
        .iter()
        .any(|needed| seen.contains(*needed))
    {
        let message = "There is neither a column Name nor DistinguishedName.";
        problems.push(problem(header.line, 1, message, "Every user needs a name."));
    }
    columns
}

fn column(name: &str) -> Column {
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    if is("Password") || is("AccountPassword") || is("userPassword") {
        Column::Password
    } else if is("Path") {
        Column::Container
    } else if is("DistinguishedName") {
        Column::Dn
    } else {
        let known = COLUMNS.iter().find(|(column, _)| is(column));
        Column::Attribute(known.map_or(name, |(_, attribute)| attribute).to_owned())
    }
}

fn user(
    columns: &[Column],
    record: &Record,
    container: &str,
    new_id: &mut dyn FnMut() -> ObjectId,
) -> Result<Imported, Problem> {
    let mut object = DirectoryObject::default();
    object.set("objectClass", vec!["user".to_owned()]);
    let (mut password, mut path, mut dn) = (None, None, None);
    for (column, field) in columns.iter().zip(&record.fields) {
        let value = field.text.trim();
        match column {
            _ if value.is_empty() => {}
            // Blanks may be part of a password.
            Column::Password => password = Some(field.text.clone()),
            Column::Container => path = Some(value),
            Column::Dn => dn = Some(field),
            Column::Attribute(name) => object.set(name, vec![value.to_owned()]),
        }
    }
    object.dn = match (dn, object.first("name").or_else(|| object.first("cn"))) {
        (Some(field), _) if field.text.contains('=') => field.text.trim().to_owned(),
        (Some(field), _) => {
            let message = format!("'{}' is no distinguished name.", field.text);
            let hint = "One looks like CN=Alice Smith,OU=Sales,DC=contoso,DC=example.";
            return Err(problem(field.line, field.column, message, hint));
        }
        (None, Some(name)) => format!("CN={},{}", escape_dn(name), path.unwrap_or(container)),
        (None, None) => {
            return Err(problem(
                record.line,
                1,
                "The user has no name.",
                "Fill in the column Name.",
            ));
        }
    };
    if object.first("displayName").is_none()
        && let Some(name) = object.first("name").map(str::to_owned)
    {
        object.set("displayName", vec![name]);
    }
    object.id = id_of(&object, new_id);
    object.set("objectGUID", Vec::new());
    Ok(Imported {
        object,
        password,
        line: record.line,
    })
}

struct Record {
    fields: Vec<Field>,
    line: usize,
}

struct Field {
    text: String,
    line: usize,
    column: usize,
}

fn records(text: &str, problems: &mut Vec<Problem>) -> Vec<Record> {
    let header = text
        .lines()
        .find(|line| !line.starts_with("#TYPE"))
        .unwrap_or_default();
    let separator = if header.contains(';') && !header.contains(',') {
        ';'
    } else {
        ','
    };
    let mut reader = Reader {
        characters: text.chars().peekable(),
        line: 1,
        column: 1,
        separator,
    };
    let mut records = Vec::new();
    while reader.characters.peek().is_some() {
        let record = reader.record(problems);
        let blank = record.fields.len() == 1 && record.fields[0].text.trim().is_empty();
        let kind = record
            .fields
            .first()
            .is_some_and(|field| field.text.starts_with("#TYPE"));
        if !blank && !kind {
            records.push(record);
        }
    }
    records
}

struct Reader<'a> {
    characters: std::iter::Peekable<std::str::Chars<'a>>,
    line: usize,
    column: usize,
    separator: char,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let character = self.characters.next()?;
        if character == '\n' {
            (self.line, self.column) = (self.line + 1, 1);
        } else {
            self.column += 1;
        }
        Some(character)
    }

    fn record(&mut self, problems: &mut Vec<Problem>) -> Record {
        let mut record = Record {
            fields: Vec::new(),
            line: self.line,
        };
        loop {
            let field = self.field(problems);
            record.fields.push(field);
            match self.next() {
                Some(separator) if separator == self.separator => {}
                _ => return record,
            }
        }
    }

    /// Reads up to the separator or the end of the line, which stays.
    fn field(&mut self, problems: &mut Vec<Problem>) -> Field {
        let mut field = Field {
            text: String::new(),
            line: self.line,
            column: self.column,
        };
        if self.characters.peek() == Some(&'"') {
            self.quoted(&mut field, problems);
        }
        while let Some(&character) = self.characters.peek() {
            if character == self.separator || character == '\n' {
                break;
            }
            self.next();
            if character == '"' {
                let message = "A quote stands inside a field.";
                problems.push(problem(
                    self.line,
                    self.column - 1,
                    message,
                    "Put the field in quotes and double it.",
                ));
            }
            if character != '\r' || !matches!(self.characters.peek(), None | Some('\n')) {
                field.text.push(character);
            }
        }
        field
    }

    fn quoted(&mut self, field: &mut Field, problems: &mut Vec<Problem>) {
        self.next();
        while let Some(character) = self.next() {
            if character != '"' {
                field.text.push(character);
            } else if self.characters.peek() == Some(&'"') {
                self.next();
                field.text.push('"');
            } else {
                return;
            }
        }
        problems.push(problem(
            field.line,
            field.column,
            "The quote is never closed.",
            "Close it with another quote.",
        ));
    }
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
        read(text, "CN=Users,DC=contoso,DC=example", &mut new_id)
    }

    #[test]
    fn a_spreadsheet_becomes_users() {
        let users = read_with_ids(
            "\u{feff}#TYPE User\r\nName,SamAccountName,UserPrincipalName,Department,Password,Path\r\n\
             \"Smith, Alice\",alice,alice@contoso.example,\"Sales \"\"North\"\"\",\" s3cret\",\r\n\r\n\
             Bob Jones,bob,bob@contoso.example,,,\"OU=IT,DC=contoso,DC=example\"",
        )
        .unwrap();
        let [alice, bob] = users.as_slice() else {
            panic!("two users: {users:?}")
        };
        assert_eq!(
            alice.object.dn,
            "CN=Smith\\, Alice,CN=Users,DC=contoso,DC=example"
        );
        assert_eq!(alice.object.first("department"), Some("Sales \"North\""));
        assert_eq!(alice.object.first("displayName"), Some("Smith, Alice"));
        assert_eq!((alice.password.as_deref(), alice.line), (Some(" s3cret"), 3));
        assert_eq!(bob.object.dn, "CN=Bob Jones,OU=IT,DC=contoso,DC=example");
        assert_eq!((&bob.password, bob.object.first("department")), (&None, None));
        assert!(!format!("{users:?}").contains("s3cret"));
    }

    #[test]
    fn semicolons_separate_where_spreadsheets_write_them() {
        let users = read_with_ids("Name;Title\nAlice;Chief, Sales\n").unwrap();
        assert_eq!(users[0].object.first("title"), Some("Chief, Sales"));
    }

    #[test]
    fn all_problems_of_a_file_are_told_with_their_place() {
        let problems = read_with_ids(
            "Name,SamAccountName,Name,c*n\nAlice,alice,x,\nBob\nCarol,Alice,y,\nD\"x,d,z,\n,e,,\n\"open,f,g,h",
        )
        .unwrap_err();
        let told: Vec<String> = problems
            .iter()
            .map(|p| format!("{}:{} {}", p.line, p.column, p.message))
            .collect();
        assert_eq!(
            told,
            [
                "1:21 The column Name is there twice.",
                "1:26 'c*n' is no name of a column.",
                "3:1 The line has 1 fields, the header 4.",
                "4:1 The account name alice is that of line 2 too.",
                "5:2 A quote stands inside a field.",
                "6:1 The user has no name.",
                "7:1 The quote is never closed.",
                "7:1 The line has 1 fields, the header 4.",
            ]
        );
        assert_eq!(read_with_ids("").unwrap_err()[0].message, "The file is empty.");
        assert_eq!(read_with_ids("Title\nChief\n").unwrap_err().len(), 2);
    }
}
