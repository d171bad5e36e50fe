//! One instance of a noun: found in a snapshot, shown, read back from an object, checked and written.

use plenum_lang::error::{Category, ErrorRecord};
use plenum_lang::inspect::type_names;
use plenum_lang::value::Value;
use plenum_schema::{Noun, Problem};
use plenum_topology::change::{Change, ChangeSet};
use plenum_topology::effective::written;
use plenum_topology::snapshot::Snapshot;
use serde_json::{Map, Value as Json};

use super::convert::{to_json, to_value};
use super::identity::Identity;
use crate::ports::{PortError, Ports};

/// What may be refused. The refusal is reported, and the pipeline goes on with the next item.
pub type Checked<T> = Result<T, Box<ErrorRecord>>;

/// All members of an instance, complete.
pub type Members = Map<String, Json>;

/// An instance as it stands, with the spelling that its identity was written in; Global stands also unwritten.
pub fn standing(noun: &Noun, snapshot: &Snapshot, identity: &Identity) -> Option<(String, Members)> {
    match written(&snapshot.settings, noun.name, &identity.text) {
        Some((spelling, value)) => Some((spelling.to_owned(), noun.complete(value))),
        None if identity.is_global() => Some((identity.text.clone(), noun.defaults())),
        None => None,
    }
}

/// An instance as an object of the language: Identity first, then the fields in display order.
pub fn show(noun: &Noun, identity: &str, members: &Members) -> Value {
    let fields = noun.fields.iter().map(|field| {
        let value = members
            .get(field.name)
            .map_or(Value::Null, |value| to_value(&field.kind, value));
        (field.name, value)
    });
    let identity = std::iter::once(("Identity", Value::str(identity)));
    Value::typed(&[noun.class, "System.Object"], identity.chain(fields))
}

/// Reads an instance back from an object: its identity, and its fields; those that it lacks have their defaults.
pub fn read_back(noun: &Noun, object: &Value) -> Checked<(Identity, Members)> {
    let names = type_names(object);
    if let Some(other) = names
        .iter()
        .find(|name| name.starts_with("Microsoft.Rtc.") && name.as_ref() != noun.class)
    {
        let message = format!("The object is a {other}, not a {}.", noun.class);
        let record = ErrorRecord::new("InvalidInstance", Category::InvalidType, message);
        return Err(record
            .hint(format!(
                "Give what Get-{0} or New-{0} -InMemory returned.",
                noun.name
            ))
            .into());
    }
    let Some(identity) = object.property("Identity").map(|identity| identity.to_text()) else {
        let message = format!(
            "The object has no Identity; it is not an instance of {}.",
            noun.name
        );
        let record = ErrorRecord::new("InvalidInstance", Category::InvalidArgument, message);
        return Err(record
            .hint(format!(
                "Give what Get-{0} or New-{0} -InMemory returned.",
                noun.name
            ))
            .into());
    };
    let identity = Identity::parse(noun, &identity)?;
    let mut members = noun.defaults();
    for field in noun.fields {
        if let Some(value) = object.property(field.name) {
            members.insert(field.name.to_owned(), to_json(field, &value, None));
        }
    }
    Ok((identity, members))
}

/// Whether an instance may stand as it is; otherwise one error with everything that is wrong.
pub fn admit(noun: &Noun, identity: &str, before: &Members, after: &Members) -> Checked<()> {
    let mut problems = noun.check(after);
    problems.append(&mut noun.refused(before, after));
    if problems.is_empty() {
        Ok(())
    } else {
        Err(refusal(noun, identity, &problems).into())
    }
}

/// Problems as one error.
pub fn refusal(noun: &Noun, identity: &str, problems: &[Problem]) -> ErrorRecord {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let message = match lines.as_slice() {
        [line] => format!("{} \"{identity}\" cannot be written: {line}.", noun.type_name),
        lines => format!(
            "{} \"{identity}\" cannot be written:\n  {}",
            noun.type_name,
            lines.join("\n  ")
        ),
    };
    let mut hints: Vec<&str> = problems
        .iter()
        .filter_map(|problem| problem.hint.as_deref())
        .collect();
    hints.dedup();
    ErrorRecord::new("InvalidSettings", Category::InvalidArgument, message)
        .about(Value::str(identity))
        .hint(hints.join(" "))
}

/// There is no such instance.
pub fn missing(noun: &Noun, identity: &str) -> ErrorRecord {
    let message = format!(
        "Cannot find {} \"{identity}\" because it does not exist.",
        noun.type_name
    );
    let hint = format!("Get-{} lists what there is.", noun.name);
    ErrorRecord::new("ItemNotFound", Category::ObjectNotFound, message)
        .about(Value::str(identity))
        .hint(hint)
}

/// Writes an instance; `None` removes it. Refused when somebody else has written since the snapshot.
pub fn write(
    ports: &Ports,
    command: &str,
    snapshot: &Snapshot,
    noun: &Noun,
    identity: &str,
    after: Option<&Members>,
) -> Result<(), PortError> {
    let before = written(&snapshot.settings, noun.name, identity).map(|(_, value)| value.clone());
    let change = Change::Setting {
        noun: noun.name.to_owned(),
        identity: identity.to_owned(),
        before,
        after: after.map(|members| Json::Object(members.clone())),
    };
    commit(ports, command, snapshot, vec![change])
}

/// Commits changes that were worked out from a snapshot.
pub fn commit(
    ports: &Ports,
    command: &str,
    snapshot: &Snapshot,
    changes: Vec<Change>,
) -> Result<(), PortError> {
    let who = ports.who.to_string();
    let changes = ChangeSet {
        who,
        command: command.to_owned(),
        message: None,
        changes,
    };
    ports.store.commit(Some(snapshot.revision), changes).map(|_| ())
}

/// How often an edit is tried again when somebody else wrote between reading and writing.
const TRIES: usize = 8;

/// Reads the newest snapshot and acts on it, again when somebody else wrote meanwhile (`StoreMovedOn`).
pub fn on_newest<T>(
    ports: &Ports,
    mut act: impl FnMut(&Snapshot) -> Checked<Result<T, PortError>>,
) -> Checked<T> {
    let mut tries = 0;
    loop {
        let snapshot = ports.store.snapshot().map_err(port_error)?;
        match act(&snapshot)? {
            Ok(done) => return Ok(done),
            Err(error) if error.id == "StoreMovedOn" && tries < TRIES => tries += 1,
            Err(error) => return Err(port_error(error).into()),
        }
    }
}

/// A port's error as an error record.
pub fn port_error(error: PortError) -> ErrorRecord {
    crate::user::port_error(error)
}
