//! The frame of cmdlets that change existing objects: find, refuse or change, ask, write in batches.
//!
//! `-Force` keeps a command of high impact from asking; `-Confirm` asks nevertheless. `-UserList` names a file with an
//! identity a line in place of the pipeline.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation, Progress};
use plenum_lang::error::{Category, ErrorRecord, Interrupt, Result};
use plenum_lang::value::Value;
use plenum_topology::directory::DirectoryObject;

use super::batch::Batch;
use super::deployment::{Deployment, Reading};
use super::find::find_enabled;
use crate::authoring::{ParameterBuilder, Read, SignatureBuilder, not_built, text, with};
use crate::language::{encoding, path};
use crate::ports::{Directory, Ports};

/// What one cmdlet does within the frame.
#[derive(Clone, Copy)]
pub struct Edit {
    /// Parameters that exist in the product and are refused here.
    pub refused: &'static [&'static str],
    /// Which object an identity means.
    pub find: fn(&dyn Directory, &str) -> std::result::Result<DirectoryObject, ErrorRecord>,
    /// Changes the object, or says why not.
    pub change: fn(&mut Place<'_>, &Arguments, &mut DirectoryObject) -> Result<()>,
    /// What `-PassThru` gives.
    pub view: fn(&DirectoryObject) -> Value,
}

/// What a change may look at beside the object.
pub struct Place<'a> {
    ports: &'a Ports,
    reading: &'a Reading,
    deployment: &'a mut Option<Arc<Deployment>>,
}

impl Place<'_> {
    /// The published topology, read once for a pipeline.
    pub fn deployment(&mut self) -> Result<&Deployment> {
        if self.deployment.is_none() {
            *self.deployment = Some(self.reading.of(self.ports)?);
        }
        Ok(self.deployment.as_ref().expect("it was just read"))
    }
}

/// A command within the frame.
pub fn editing(signature: SignatureBuilder, ports: &Ports, edit: Edit) -> Arc<dyn Command> {
    let ports = ports.clone();
    let reading = Reading::default();
    with(signature, move || Editing {
        ports: ports.clone(),
        reading: reading.clone(),
        batch: Batch::default(),
        deployment: None,
        edit,
    })
}

struct Editing {
    ports: Ports,
    batch: Batch,
    reading: Reading,
    deployment: Option<Arc<Deployment>>,
    edit: Edit,
}

impl Invocation for Editing {
    fn begin(&mut self, _: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        match self.edit.refused.iter().find(|refused| arguments.has(refused)) {
            Some(refused) => Err(not_built(&format!("-{refused}")).into()),
            None => Ok(()),
        }
    }

    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        match arguments.text("UserList") {
            Some(file) => self.edit_listed(context, arguments, &file),
            None => self.edit_or_report(context, arguments, &arguments.required_text("Identity")?),
        }
    }

    fn end(&mut self, context: &mut dyn Context, _: &Arguments) -> Result<()> {
        self.batch.flush(context, &self.ports)
    }
}

impl Editing {
    fn edit_listed(&mut self, context: &mut dyn Context, arguments: &Arguments, file: &str) -> Result<()> {
        let identities = listed(context, file)?;
        let activity = context.command_name().to_owned();
        let count = identities.len();
        let bar = |context: &mut dyn Context, done: usize| {
            context.progress(&Progress {
                source: 0,
                parent: None,
                id: 0,
                activity: activity.clone(),
                status: format!("{done} of {count} users"),
                percent: u8::try_from(done * 100 / count.max(1)).ok(),
                completed: done == count,
            })
        };
        for (done, identity) in identities.iter().enumerate() {
            context.check_stop()?;
            bar(context, done)?;
            self.edit_or_report(context, arguments, identity)?;
        }
        bar(context, count)
    }

    fn edit_or_report(
        &mut self,
        context: &mut dyn Context,
        arguments: &Arguments,
        identity: &str,
    ) -> Result<()> {
        match self.edit_one(context, arguments, identity) {
            Err(Interrupt::Error(record)) => context.error(*record),
            other => other,
        }
    }

    fn edit_one(&mut self, context: &mut dyn Context, arguments: &Arguments, identity: &str) -> Result<()> {
        let find = |ports: &Ports| (self.edit.find)(&*ports.directory, identity);
        let mut before = find(&self.ports)?;
        if self.batch.holds(&before.dn) {
            self.batch.flush(context, &self.ports)?;
            before = find(&self.ports)?;
        }
        let mut after = before.clone();
        let mut place = Place {
            ports: &self.ports,
            reading: &self.reading,
            deployment: &mut self.deployment,
        };
        (self.edit.change)(&mut place, arguments, &mut after)?;
        let go = if arguments.switch("Force") {
            context.should_process_forced(&before.dn, None)?
        } else {
            context.should_process(&before.dn, None)?
        };
        if !go {
            return Ok(());
        }
        let view = arguments.switch("PassThru").then_some(self.edit.view);
        if after == before {
            return view.map_or(Ok(()), |view| context.write(view(&after)));
        }
        self.batch
            .put(context, &self.ports, (Some(before), after), None, view)
    }
}

/// The identities of a file: one a line; empty lines and lines that begin with `#` do not count.
fn listed(context: &mut dyn Context, file: &str) -> Result<Vec<String>> {
    let whole = path::full(context, file);
    let bytes = context.host().read_file(&whole).map_err(|error| {
        let message = format!("The list of users \"{file}\" cannot be read: {error}.");
        ErrorRecord::new("UserListUnreadable", Category::ReadError, message)
            .about(text(file))
            .hint("-UserList names a text file with an identity a line, e.g. a SIP address.")
    })?;
    let content = encoding::decode(&bytes, None)?;
    let lines = content.lines().map(|line| line.trim().trim_matches('"'));
    let listed: Vec<String> = lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect();
    if listed.is_empty() {
        let message = format!("The list of users \"{file}\" names nobody.");
        return Err(ErrorRecord::new("UserListEmpty", Category::InvalidData, message)
            .about(text(file))
            .hint("Write an identity a line, e.g. a SIP address.")
            .into());
    }
    Ok(listed)
}

/// The enabled user that an identity means.
pub fn enabled_user(
    directory: &dyn Directory,
    identity: &str,
) -> std::result::Result<DirectoryObject, ErrorRecord> {
    find_enabled(directory, identity).map_err(ErrorRecord::from)
}

/// The identity of cmdlets that act on an enabled user.
pub fn enabled_identity() -> ParameterBuilder {
    super::get_user::identity()
        .mandatory()
        .help("The user: SIP address, user principal name, DOMAIN\\name, display name or distinguished name.")
}
