//! Writing a change set: what stands is compared with what each change expects, then all of it is written.
//!
//! The changes are gone through in order on what stands, so a set may write one thing twice. Only the last state of each
//! thing is written, and old look-up values are taken out before new ones go in: two users can swap their numbers in one
//! set. All conflicts of a set are reported together. Everything here happens inside the one writing transaction.

use std::collections::HashMap;

use plenum_topology::change::{Change, ChangeSet, Revision};
use plenum_topology::directory::{CredentialKey, DirectoryObject, ObjectId};
use serde_json::Value as Json;

use super::objects::{self, Standing};
use super::published::{GLOBAL, LATEST, TOPOLOGY, revision};
use crate::credential::{Seal, belongs_to};
use crate::error::{ErrorKind, StoreError};
use crate::sql::{Transaction, Value, execute_rows, fixed, select_in};

/// So many conflicts are told in full; the rest is counted.
const TOLD: usize = 20;

/// Writes the set and answers with its revision; the caller commits.
pub(super) async fn write(
    transaction: &mut dyn Transaction,
    seal: &Seal,
    base: Option<Revision>,
    set: &ChangeSet,
    now: i64,
) -> Result<Revision, StoreError> {
    refuse_secrets(&set.changes)?;
    if set.changes.is_empty() {
        let latest = revision(&transaction.rows(fixed(LATEST), Vec::new()).await?);
        return match base.filter(|base| *base != latest) {
            Some(base) => Err(moved_on(base, latest)),
            None => Ok(latest),
        };
    }
    let revision = take_revision(transaction, set, now).await?;
    let latest = Revision(revision.0 - 1);
    if let Some(base) = base.filter(|base| *base != latest) {
        return Err(moved_on(base, latest));
    }
    let planned = plan(transaction, &set.changes).await?;
    write_settings(transaction, planned.settings).await?;
    objects::write(transaction, planned.objects).await?;
    write_credentials(transaction, seal, planned.credentials).await?;
    write_history(transaction, revision, planned.history).await?;
    Ok(revision)
}

fn moved_on(base: Revision, latest: Revision) -> StoreError {
    StoreError::new(
        ErrorKind::StoreMovedOn,
        format!("The change was made for revision {base}, and the store is at revision {latest}."),
        "Look at what has changed since (`plenum topology history`), plan again and repeat the command. Nothing was \
         written.",
    )
}

/// Passwords have no place in an object: history keeps objects for ever.
fn refuse_secrets(changes: &[Change]) -> Result<(), StoreError> {
    const SECRETS: [&str; 3] = ["userPassword", "unicodePwd", "clearPassword"];
    for change in changes {
        let Change::Object {
            after: Some(after), ..
        } = change
        else {
            continue;
        };
        if let Some(secret) = SECRETS.iter().find(|secret| !after.values(secret).is_empty()) {
            return Err(StoreError::new(
                ErrorKind::SecretInObject,
                format!("{} carries {secret}, which history would keep.", after.dn),
                "Set the password with Set-ADAccountPassword; only keys made from it are kept, encrypted.",
            ));
        }
    }
    Ok(())
}

/// What a set comes to.
#[derive(Default)]
struct Planned {
    settings: HashMap<(String, String), SettingState>,
    objects: HashMap<ObjectId, Standing>,
    credentials: HashMap<ObjectId, Vec<CredentialKey>>,
    /// part, noun, identity, before, after.
    history: Vec<[Value; 5]>,
}

struct SettingState {
    existed: bool,
    now: Option<Json>,
}

async fn plan(transaction: &mut dyn Transaction, changes: &[Change]) -> Result<Planned, StoreError> {
    let mut planned = Planned {
        objects: objects::load(transaction, changes).await?,
        ..Planned::default()
    };
    let mut conflicts = Vec::new();
    for change in changes {
        let conflict = match change {
            Change::Topology { before, after } => {
                planned
                    .setting(
                        transaction,
                        ("topology", TOPOLOGY, GLOBAL),
                        before.as_ref(),
                        after.as_ref(),
                    )
                    .await?
            }
            Change::Setting {
                noun,
                identity,
                before,
                after,
            } => {
                let key = ("setting", noun.as_str(), identity.as_str());
                planned
                    .setting(transaction, key, before.as_ref(), after.as_ref())
                    .await?
            }
            Change::Object { before, after } => planned.object(before.as_deref(), after.as_deref()),
            Change::Credential { object, keys } => planned.credential(object, keys),
        };
        conflicts.extend(conflict);
    }
    if conflicts.is_empty() {
        Ok(planned)
    } else {
        Err(conflict(&conflicts))
    }
}

fn conflict(conflicts: &[String]) -> StoreError {
    StoreError::new(
        ErrorKind::ChangeConflict,
        format!(
            "Somebody else has changed what this change was made for: {}.",
            told(conflicts)
        ),
        "Read it again and repeat the command. Nothing was written.",
    )
}

/// The first of many, and how many more there are.
pub(super) fn told(all: &[String]) -> String {
    let mut text = all
        .iter()
        .take(TOLD)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join("; ");
    if all.len() > TOLD {
        text.push_str(&format!("; and {} more", all.len() - TOLD));
    }
    text
}

impl Planned {
    async fn setting(
        &mut self,
        transaction: &mut dyn Transaction,
        (part, noun, identity): (&'static str, &str, &str),
        before: Option<&Json>,
        after: Option<&Json>,
    ) -> Result<Option<String>, StoreError> {
        let key = (noun.to_owned(), identity.to_owned());
        let state = match self.settings.entry(key) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                let standing = read_setting(transaction, noun, identity).await?;
                entry.insert(SettingState {
                    existed: standing.is_some(),
                    now: standing,
                })
            }
        };
        let conflict = (state.now.as_ref() != before).then(|| match part {
            "topology" => format!(
                "the topology {}",
                difference(state.now.is_some(), before.is_some())
            ),
            _ => format!(
                "{noun} {identity} {}",
                difference(state.now.is_some(), before.is_some())
            ),
        });
        state.now = after.cloned();
        let noun = if part == "topology" { TOPOLOGY } else { noun };
        let text = |value: Option<&Json>| Value::from(value.map(Json::to_string));
        self.history.push([
            part.into(),
            noun.into(),
            identity.into(),
            text(before),
            text(after),
        ]);
        Ok(conflict)
    }

    fn object(
        &mut self,
        before: Option<&DirectoryObject>,
        after: Option<&DirectoryObject>,
    ) -> Option<String> {
        let id = &after.or(before)?.id;
        if id.0.is_empty() || before.is_some_and(|before| before.id != *id) {
            return Some(format!("an object's id cannot be '{}'", id.0));
        }
        let standing = self.objects.entry(id.clone()).or_default();
        let conflict = (standing.now.as_ref() != before).then(|| {
            let known = standing
                .now
                .as_ref()
                .or(before)
                .or(after)
                .map_or("", |object| object.dn.as_str());
            format!("{known} {}", difference(standing.now.is_some(), before.is_some()))
        });
        let before_text = standing.text.take();
        standing.now = after.cloned();
        standing.text = after.map(objects::body);
        standing.touched = true;
        let after_text = standing.text.clone();
        if after.is_none() {
            self.credentials.insert(id.clone(), Vec::new());
        }
        self.history.push([
            "object".into(),
            "".into(),
            id.0.as_str().into(),
            before_text.into(),
            after_text.into(),
        ]);
        conflict
    }

    fn credential(&mut self, object: &ObjectId, keys: &[CredentialKey]) -> Option<String> {
        if self
            .objects
            .get(object)
            .is_none_or(|standing| standing.now.is_none())
        {
            return Some(format!(
                "the object {} whose password is set does not exist",
                object.0
            ));
        }
        self.credentials.insert(object.clone(), keys.to_vec());
        self.history.push([
            "credential".into(),
            "".into(),
            object.0.as_str().into(),
            Value::Null,
            Value::Null,
        ]);
        None
    }
}

fn difference(stands: bool, expected: bool) -> &'static str {
    match (stands, expected) {
        (true, false) => "exists already",
        (false, true) => "does not exist any more",
        _ => "is not as it was read",
    }
}

async fn read_setting(
    transaction: &mut dyn Transaction,
    noun: &str,
    identity: &str,
) -> Result<Option<Json>, StoreError> {
    let sql = fixed("SELECT value FROM setting WHERE noun = $1 AND identity = $2");
    let mut rows = transaction.rows(sql, vec![noun.into(), identity.into()]).await?;
    let Some(row) = rows.first_mut() else {
        return Ok(None);
    };
    let read = serde_json::from_str(&row.text(0));
    read.map(Some)
        .map_err(|error| crate::error::damaged("'s settings", format!("{noun} {identity}: {error}")))
}

async fn write_settings(
    transaction: &mut dyn Transaction,
    settings: HashMap<(String, String), SettingState>,
) -> Result<(), StoreError> {
    let mut written = Vec::new();
    for ((noun, identity), state) in settings {
        match state.now {
            Some(value) => written.push(vec![noun.into(), identity.into(), value.to_string().into()]),
            None if state.existed => {
                let sql = fixed("DELETE FROM setting WHERE noun = $1 AND identity = $2");
                transaction
                    .execute(sql, vec![noun.into(), identity.into()])
                    .await?;
            }
            None => {}
        }
    }
    let tail = "ON CONFLICT (noun, identity) DO UPDATE SET value = excluded.value";
    execute_rows(
        transaction,
        "INSERT INTO setting (noun, identity, value) VALUES",
        3,
        tail,
        written,
    )
    .await?;
    Ok(())
}

async fn write_credentials(
    transaction: &mut dyn Transaction,
    seal: &Seal,
    credentials: HashMap<ObjectId, Vec<CredentialKey>>,
) -> Result<(), StoreError> {
    let owners = credentials
        .keys()
        .map(|owner| vec![owner.0.as_str().into()])
        .collect::<Vec<_>>();
    execute_rows(
        transaction,
        "DELETE FROM credential WHERE object IN",
        0,
        "",
        owners,
    )
    .await?;
    let mut rows = Vec::new();
    for (owner, keys) in &credentials {
        for key in keys {
            let belongs = belongs_to(owner, &key.username, &key.realm, &key.algorithm);
            let sealed = seal.close(&key.key, &belongs)?;
            let texts = [&key.username, &key.realm, &key.algorithm, &owner.0, &sealed];
            rows.push(texts.map(|text| Value::from(text.as_str())).to_vec());
        }
    }
    let expected = rows.len() as u64;
    let head = "INSERT INTO credential (username, realm, algorithm, object, sealed) VALUES";
    if execute_rows(transaction, head, 5, "ON CONFLICT DO NOTHING", rows).await? == expected {
        return Ok(());
    }
    Err(sign_in_names_taken(transaction, &credentials).await?)
}

async fn sign_in_names_taken(
    transaction: &mut dyn Transaction,
    credentials: &HashMap<ObjectId, Vec<CredentialKey>>,
) -> Result<StoreError, StoreError> {
    let mut names: Vec<String> = credentials
        .values()
        .flatten()
        .map(|key| key.username.clone())
        .collect();
    names.sort();
    names.dedup();
    let head = "SELECT DISTINCT c.username, c.object, o.body FROM credential c \
                JOIN directory_object o ON o.id = c.object WHERE c.username IN";
    let mut taken = Vec::new();
    for mut row in select_in(transaction, head, names).await? {
        let (name, owner, body) = (row.text(0), ObjectId(row.text(1)), row.text(2));
        let others = credentials.iter().filter(|(id, _)| **id != owner);
        if others.flat_map(|(_, keys)| keys).any(|key| key.username == name) {
            let owner = serde_json::from_str::<DirectoryObject>(&body).map_or(owner.0, |object| object.dn);
            taken.push(format!("sign-in name {name} belongs to {owner}"));
        }
    }
    Ok(objects::assigned(&taken))
}

/// Writes the set's row of the history and gives its number: one more than the newest.
async fn take_revision(
    transaction: &mut dyn Transaction,
    set: &ChangeSet,
    now: i64,
) -> Result<Revision, StoreError> {
    let sql = fixed(
        "INSERT INTO revision (revision, at, who, command, message) \
         SELECT COALESCE(MAX(revision), 0) + 1, $1, $2, $3, $4 FROM revision RETURNING revision",
    );
    let values = vec![
        now.into(),
        set.who.as_str().into(),
        set.command.as_str().into(),
        Value::from(set.message.clone()),
    ];
    Ok(revision(&transaction.rows(sql, values).await?))
}

async fn write_history(
    transaction: &mut dyn Transaction,
    revision: Revision,
    history: Vec<[Value; 5]>,
) -> Result<(), StoreError> {
    let rows = (0_i64..).zip(history).map(|(ordinal, columns)| {
        let mut row = vec![Value::from(revision.0), Value::from(ordinal)];
        row.extend(columns);
        row
    });
    let head = "INSERT INTO change (revision, ordinal, part, noun, identity, before, after) VALUES";
    execute_rows(transaction, head, 7, "", rows).await?;
    Ok(())
}
