//! The drives that are not files: environment variables, variables, functions, aliases and the deployment as items.

mod deployment;

use plenum_lang::cmdlet::Context;
use plenum_lang::error::Result;
use plenum_lang::inspect;
use plenum_lang::property_expression::has_wildcard;
use plenum_lang::session::{Session, VariableInfo, VariableOptions};
use plenum_lang::value::Value;

use super::path::{Drive, missing};
use crate::authoring::{not_built, object, text};

/// The session, or a clear error where a cmdlet runs without one.
pub fn session(context: &mut dyn Context) -> Result<&mut dyn Session> {
    context
        .session()
        .ok_or_else(|| not_built("Working on a session from here").into())
}

/// Something on a drive.
#[derive(Clone)]
pub struct Node {
    /// Its place on the drive, with `/` between the parts; empty for the root.
    pub place: String,
    /// The item as Get-Item gives it.
    pub value: Value,
    kind: Kind,
}

#[derive(Clone, PartialEq, Eq)]
enum Kind {
    /// The root of a drive without folders.
    Flat(Drive),
    /// A folder of the deployment that has folders.
    Branch,
    /// A folder with what a command gives.
    Shelf(String),
    Leaf,
}

impl Node {
    /// Whether it can be gone into.
    pub fn is_folder(&self) -> bool {
        self.kind != Kind::Leaf
    }
}

/// What is at a place, or at the places that a wildcard means.
pub fn nodes(context: &mut dyn Context, drive: Drive, place: &str) -> Result<Vec<Node>> {
    if drive == Drive::Deployment {
        return deployment::nodes(context, place);
    }
    if place.is_empty() {
        let root = object(
            "System.Management.Automation.PSDriveInfo",
            [("Name", text(drive.name()))],
        );
        return Ok(vec![Node {
            place: String::new(),
            value: root,
            kind: Kind::Flat(drive),
        }]);
    }
    if has_wildcard(place) {
        return list(context, drive, place);
    }
    let found = find(context, drive, place)?;
    Ok(found
        .map(|value| Node {
            place: place.to_owned(),
            value: item(drive, place, value),
            kind: Kind::Leaf,
        })
        .into_iter()
        .collect())
}

/// What is in a folder.
pub fn inside(context: &mut dyn Context, folder: &Node) -> Result<Vec<Node>> {
    match folder.kind {
        Kind::Flat(drive) => list(context, drive, "*"),
        _ => deployment::inside(context, folder),
    }
}

/// An item's value; a missing one is a terminating error.
pub fn get(context: &mut dyn Context, drive: Drive, name: &str) -> Result<Value> {
    find(context, drive, name)?.ok_or_else(|| missing(name).into())
}

/// An item's value.
pub fn find(context: &mut dyn Context, drive: Drive, name: &str) -> Result<Option<Value>> {
    Ok(match drive {
        Drive::Deployment => deployment::nodes(context, name)?
            .into_iter()
            .next()
            .map(|node| node.value),
        Drive::Env => context.host().env(name).map(text),
        Drive::Variable => session(context)?
            .variable(name, None)?
            .map(|variable| variable.value),
        Drive::Function => {
            let functions = session(context)?.functions();
            functions
                .into_iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(name))
                .map(|(_, block)| block)
        }
        Drive::Alias => {
            let aliases = session(context)?.aliases();
            aliases
                .into_iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(name))
                .map(|(_, of)| text(of.as_ref()))
        }
    })
}

/// Makes or changes an item that may be changed.
pub fn set(context: &mut dyn Context, drive: Drive, name: &str, value: Value) -> Result<()> {
    put(context, drive, name, value, false)
}

/// Makes or changes an item; `force` writes over read-only variables and aliases.
pub fn put(context: &mut dyn Context, drive: Drive, name: &str, value: Value, force: bool) -> Result<()> {
    match drive {
        Drive::Deployment => Err(deployment::read_only(context, name).into()),
        Drive::Env => {
            let new = inspect::text(&value);
            context
                .host()
                .set_env(name, (!new.is_empty()).then_some(new.as_str()));
            Ok(())
        }
        Drive::Variable => {
            let variable = VariableInfo {
                name: name.into(),
                value,
                options: VariableOptions::default(),
                description: None,
            };
            session(context)?.put_variable(variable, None, force)
        }
        Drive::Function => {
            let session = session(context)?;
            let block = if matches!(value, Value::Block(_)) {
                value
            } else {
                session.parse_block(&inspect::text(&value), None)?
            };
            session.set_function(name, block)
        }
        Drive::Alias => {
            super::alias::writable(context, name, force)?;
            session(context)?.set_alias(name, &inspect::text(&value))
        }
    }
}

/// Removes an item; whether it was there.
pub fn remove(context: &mut dyn Context, drive: Drive, name: &str) -> Result<bool> {
    Ok(match drive {
        Drive::Deployment => return Err(deployment::read_only(context, name).into()),
        Drive::Env => {
            let known = context.host().env(name).is_some();
            context.host().set_env(name, None);
            known
        }
        Drive::Variable => session(context)?.remove_variable(name, None, false)?,
        Drive::Function => session(context)?.remove_function(name),
        Drive::Alias => session(context)?.remove_alias(name),
    })
}

/// The items of a drive without folders whose names match a wildcard.
fn list(context: &mut dyn Context, drive: Drive, pattern: &str) -> Result<Vec<Node>> {
    let mut entries: Vec<(String, Value)> = match drive {
        Drive::Deployment => Vec::new(),
        Drive::Env => context
            .host()
            .envs()
            .into_iter()
            .map(|(name, value)| (name, text(value)))
            .collect(),
        Drive::Variable => {
            let variables = session(context)?.variables(None)?;
            variables
                .into_iter()
                .map(|variable| (variable.name.to_string(), variable.value))
                .collect()
        }
        Drive::Function => session(context)?
            .functions()
            .into_iter()
            .map(|(name, block)| (name.to_string(), block))
            .collect(),
        Drive::Alias => session(context)?
            .aliases()
            .into_iter()
            .map(|(name, definition)| (name.to_string(), text(definition.as_ref())))
            .collect(),
    };
    entries.retain(|(name, _)| inspect::like(name, pattern));
    entries.sort_by_key(|(name, _)| name.to_lowercase());
    Ok(entries
        .into_iter()
        .map(|(name, value)| Node {
            value: item(drive, &name, value),
            place: name,
            kind: Kind::Leaf,
        })
        .collect())
}

/// An item as Get-Item and Get-ChildItem give it.
pub fn item(drive: Drive, name: &str, value: Value) -> Value {
    match drive {
        Drive::Deployment => value,
        Drive::Env => object(
            "System.Management.Automation.EnvironmentVariable",
            [("Name", text(name)), ("Key", text(name)), ("Value", value)],
        ),
        Drive::Variable => object(
            "System.Management.Automation.PSVariable",
            [("Name", text(name)), ("Value", value)],
        ),
        Drive::Function => {
            super::get_command::info("Function", name, name, "", "", vec![("ScriptBlock", value)])
        }
        Drive::Alias => {
            let definition = inspect::text(&value);
            super::get_command::info(
                "Alias",
                name,
                &format!("{name} -> {definition}"),
                "",
                "",
                vec![("Definition", value)],
            )
        }
    }
}
