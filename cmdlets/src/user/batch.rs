//! Writes of piped objects, committed many at a time: a durable write per object would cost a disk flush each.
//!
//! A batch that is refused is tried again object by object, so that one bad object costs nobody else its change and
//! every error names its own object. What is committed is committed: stopping a pipeline loses only what the shell
//! has not yet taken in.

use plenum_lang::cmdlet::Context;
use plenum_lang::error::Result;
use plenum_lang::value::Value;
use plenum_topology::change::{Change, ChangeSet};
use plenum_topology::directory::DirectoryObject;

use super::attribute;
use super::find::port_error;
use crate::authoring::text;
use crate::ports::Ports;

/// How many objects one commit takes.
const SIZE: usize = 500;

/// What a cmdlet collects.
#[derive(Default)]
pub struct Batch {
    pending: Vec<Pending>,
}

struct Pending {
    identity: String,
    changes: Vec<Change>,
    /// What `-PassThru` gives once the change is durable.
    output: Option<Value>,
}

impl Batch {
    /// Whether a change of this object is waiting; a cmdlet that reads it again must flush first.
    pub fn holds(&self, identity: &str) -> bool {
        self.pending
            .iter()
            .any(|pending| pending.identity.eq_ignore_ascii_case(identity))
    }

    /// Adds an object as it is to stand, and what else belongs to its change; commits when the batch is full. When it
    /// was changed is written into it here. `view` makes what `-PassThru` gives.
    pub fn put(
        &mut self,
        context: &mut dyn Context,
        ports: &Ports,
        (before, mut after): (Option<DirectoryObject>, DirectoryObject),
        more: Option<Change>,
        view: Option<fn(&DirectoryObject) -> Value>,
    ) -> Result<()> {
        attribute::stamp(&mut after, context.host().now_ticks());
        let identity = before.as_ref().unwrap_or(&after).dn.clone();
        let output = view.map(|view| view(&after));
        let written = Change::Object {
            before: before.map(Box::new),
            after: Some(Box::new(after)),
        };
        let changes = std::iter::once(written).chain(more).collect();
        self.add(context, ports, identity, changes, output)
    }

    /// Adds the removal of an object; commits when the batch is full.
    pub fn remove(
        &mut self,
        context: &mut dyn Context,
        ports: &Ports,
        object: DirectoryObject,
    ) -> Result<()> {
        let identity = object.dn.clone();
        let removed = Change::Object {
            before: Some(Box::new(object)),
            after: None,
        };
        self.add(context, ports, identity, vec![removed], None)
    }

    /// Adds changes about one object.
    pub fn add(
        &mut self,
        context: &mut dyn Context,
        ports: &Ports,
        identity: String,
        changes: Vec<Change>,
        output: Option<Value>,
    ) -> Result<()> {
        self.pending.push(Pending {
            identity,
            changes,
            output,
        });
        if self.pending.len() >= SIZE {
            self.flush(context, ports)
        } else {
            Ok(())
        }
    }

    /// Commits what is waiting.
    pub fn flush(&mut self, context: &mut dyn Context, ports: &Ports) -> Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let pending = std::mem::take(&mut self.pending);
        let command = context.command_name().to_owned();
        let all = pending
            .iter()
            .flat_map(|pending| pending.changes.iter().cloned())
            .collect();
        if pending.len() > 1 && ports.store.commit(None, change_set(ports, &command, all)).is_ok() {
            for output in pending.into_iter().filter_map(|pending| pending.output) {
                context.write(output)?;
            }
            return Ok(());
        }
        for Pending {
            identity,
            changes,
            output,
        } in pending
        {
            match ports.store.commit(None, change_set(ports, &command, changes)) {
                Ok(_) => output.map_or(Ok(()), |output| context.write(output))?,
                Err(error) => context.error(port_error(error).about(text(identity)))?,
            }
        }
        Ok(())
    }
}

fn change_set(ports: &Ports, command: &str, changes: Vec<Change>) -> ChangeSet {
    ChangeSet {
        who: ports.who.to_string(),
        command: command.to_owned(),
        message: None,
        changes,
    }
}
