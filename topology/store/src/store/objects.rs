//! Directory objects in the database: what stands, and writing it with its look-up values.
//!
//! Unique values are enforced by the database's own index. The rows that it leaves out are counted, and only when some
//! are missing are their owners looked up, so the good case costs nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use plenum_topology::change::Change;
use plenum_topology::directory::{DirectoryObject, ObjectId};

use super::commit::told;
use crate::directory::key::{Key, dn_key, keys_of, label};
use crate::error::{ErrorKind, StoreError, damaged};
use crate::sql::{Transaction, Value, execute_rows, select_in};

/// One object while a set is gone through.
#[derive(Default)]
pub(super) struct Standing {
    /// The look-up values that the database has; `None` when it had no such object.
    pub was: Option<Vec<Key>>,
    /// The object as it stands at this change of the set.
    pub now: Option<DirectoryObject>,
    /// The same as text.
    pub text: Option<String>,
    /// Whether the set writes it.
    pub touched: bool,
}

/// An object as the database and history have it.
pub(super) fn body(object: &DirectoryObject) -> String {
    serde_json::to_string(object).expect("names and texts are always JSON")
}

/// Reads all objects that a set speaks of.
pub(super) async fn load(
    transaction: &mut dyn Transaction,
    changes: &[Change],
) -> Result<HashMap<ObjectId, Standing>, StoreError> {
    let ids: BTreeSet<String> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Object { before, after } => after
                .as_ref()
                .or(before.as_ref())
                .map(|object| object.id.0.clone()),
            Change::Credential { object, .. } => Some(object.0.clone()),
            Change::Topology { .. } | Change::Setting { .. } => None,
        })
        .collect();
    let mut standing = HashMap::with_capacity(ids.len());
    for mut row in select_in(
        transaction,
        "SELECT id, body FROM directory_object WHERE id IN",
        ids,
    )
    .await?
    {
        let (id, body) = (row.text(0), row.text(1));
        let object: DirectoryObject = serde_json::from_str(&body)
            .map_err(|error| damaged("'s directory", format!("object {id} cannot be read ({error})")))?;
        let was = Some(keys_of(&object));
        standing.insert(
            ObjectId(id),
            Standing {
                was,
                now: Some(object),
                text: Some(body),
                touched: false,
            },
        );
    }
    Ok(standing)
}

/// Writes the objects that the set has touched. Look-up values that stay are not written again.
pub(super) async fn write(
    transaction: &mut dyn Transaction,
    objects: HashMap<ObjectId, Standing>,
) -> Result<(), StoreError> {
    let mut removed = Vec::new();
    let mut rows = Vec::new();
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    let mut names = HashMap::new();
    // In the order of the tables, which are then written from one end to the other.
    let objects: BTreeMap<ObjectId, Standing> = objects
        .into_iter()
        .filter(|(_, standing)| standing.touched)
        .collect();
    for (id, standing) in objects {
        let new = standing.now.as_ref().map(keys_of).unwrap_or_default();
        let old = standing.was.as_deref().unwrap_or_default();
        gone.extend(
            old.iter()
                .filter(|key| !new.contains(key))
                .map(|key| (key.clone(), id.clone())),
        );
        come.extend(
            new.into_iter()
                .filter(|key| !old.contains(key))
                .map(|key| (key, id.clone())),
        );
        match (standing.now, standing.text) {
            (Some(object), Some(text)) => {
                rows.push(vec![id.0.as_str().into(), dn_key(&object.dn).into(), text.into()]);
                names.insert(id, object.dn);
            }
            _ if standing.was.is_some() => removed.push(vec![Value::from(id.0)]),
            _ => {}
        }
    }
    gone.sort();
    let head = "DELETE FROM directory_key WHERE (kind, value, object) IN (VALUES";
    execute_rows(transaction, head, 3, ")", gone.iter().map(row)).await?;
    execute_rows(
        transaction,
        "DELETE FROM directory_object WHERE id IN",
        0,
        "",
        removed,
    )
    .await?;
    let tail = "ON CONFLICT (id) DO UPDATE SET dn_key = excluded.dn_key, body = excluded.body";
    execute_rows(
        transaction,
        "INSERT INTO directory_object (id, dn_key, body) VALUES",
        3,
        tail,
        rows,
    )
    .await?;
    come.sort();
    write_keys(transaction, &come, &names).await
}

fn row((key, object): &(Key, ObjectId)) -> Vec<Value> {
    vec![
        key.kind.into(),
        key.value.as_str().into(),
        object.0.as_str().into(),
    ]
}

async fn write_keys(
    transaction: &mut dyn Transaction,
    keys: &[(Key, ObjectId)],
    names: &HashMap<ObjectId, String>,
) -> Result<(), StoreError> {
    let head = "INSERT INTO directory_key (kind, value, object) VALUES";
    let written = execute_rows(
        transaction,
        head,
        3,
        "ON CONFLICT DO NOTHING",
        keys.iter().map(row),
    )
    .await?;
    if written == keys.len() as u64 {
        return Ok(());
    }
    Err(assigned(&collisions(transaction, keys, names).await?))
}

pub(super) fn assigned(taken: &[String]) -> StoreError {
    StoreError::new(
        ErrorKind::AlreadyAssigned,
        format!("{}.", told(taken)),
        "Choose another value, or take it away from its owner first. Nothing was written.",
    )
}

/// Who has the values that could not be written.
async fn collisions(
    transaction: &mut dyn Transaction,
    keys: &[(Key, ObjectId)],
    names: &HashMap<ObjectId, String>,
) -> Result<Vec<String>, StoreError> {
    let mut by_kind: BTreeMap<&'static str, Vec<&(Key, ObjectId)>> = BTreeMap::new();
    for entry in keys {
        by_kind.entry(entry.0.kind).or_default().push(entry);
    }
    let mut taken: Vec<Taken> = Vec::new();
    for (kind, wanted) in by_kind {
        // The kind is one of ours, not somebody's text.
        let head = format!(
            "SELECT k.value, k.object, o.body FROM directory_key k JOIN directory_object o ON o.id = k.object \
             WHERE k.kind = '{kind}' AND k.value IN"
        );
        let values: BTreeSet<String> = wanted.iter().map(|(key, _)| key.value.clone()).collect();
        let mut owners = HashMap::new();
        for mut row in select_in(transaction, &head, values).await? {
            let (value, owner, body) = (row.text(0), ObjectId(row.text(1)), row.text(2));
            owners.entry(value).or_insert_with(Vec::new).push((owner, body));
        }
        for (key, id) in wanted {
            let holders = owners.get(&key.value).map_or(&[][..], Vec::as_slice);
            if holders.iter().any(|(owner, _)| owner == id) {
                continue;
            }
            let owner = holders
                .first()
                .and_then(|(_, body)| serde_json::from_str::<DirectoryObject>(body).ok());
            let owner = owner.map_or_else(|| "another object".to_owned(), |object| object.dn);
            let wanting = names.get(id).cloned().unwrap_or_default();
            // The owner's name says what the distinguished name is.
            let value = match kind {
                "dn" => label(kind).to_owned(),
                _ => format!("{} {}", label(kind), key.value),
            };
            match taken
                .iter_mut()
                .find(|taken| taken.owner == owner && taken.wanting == wanting)
            {
                Some(taken) => taken.values.push(value),
                None => taken.push(Taken {
                    owner,
                    wanting,
                    values: vec![value],
                }),
            }
        }
    }
    Ok(taken.iter().map(ToString::to_string).collect())
}

/// Values that one object wants and another has.
struct Taken {
    owner: String,
    wanting: String,
    values: Vec<String>,
}

impl std::fmt::Display for Taken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (last, others) = self.values.split_last().expect("it is made with one");
        if !others.is_empty() {
            write!(f, "{} and ", others.join(", "))?;
        }
        let verb = if others.is_empty() { "is" } else { "are" };
        write!(f, "{last} {verb} already assigned to {}", self.owner)?;
        if self.owner == self.wanting {
            return Ok(());
        }
        write!(f, " (wanted for {})", self.wanting)
    }
}
