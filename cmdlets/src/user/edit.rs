//! The frame of cmdlets that change existing users: find, refuse or change, ask, write in batches.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{ErrorRecord, Interrupt, Result};
use plenum_lang::value::Value;
use plenum_topology::change::Change;
use plenum_topology::directory::DirectoryObject;

use super::batch::Batch;
use super::find::find_one;
use crate::authoring::{ParameterBuilder, Read, SignatureBuilder, not_built, with};
use crate::ports::Ports;

/// What one cmdlet does within the frame.
#[derive(Clone, Copy)]
pub struct Edit {
    /// Parameters that exist in the product and are refused here.
    pub refused: &'static [&'static str],
    /// Changes the object, or says why not.
    pub change: fn(&mut dyn Context, &Arguments, &mut DirectoryObject, &Ports) -> Result<()>,
    /// What `-PassThru` gives.
    pub view: fn(&DirectoryObject) -> Value,
}

/// A command within the frame.
pub fn editing(signature: SignatureBuilder, ports: &Ports, edit: Edit) -> Arc<dyn Command> {
    let ports = ports.clone();
    with(signature, move || Editing {
        ports: ports.clone(),
        batch: Batch::default(),
        edit,
    })
}

struct Editing {
    ports: Ports,
    batch: Batch,
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
        match self.edit_one(context, arguments) {
            Err(Interrupt::Error(record)) => context.error(*record),
            other => other,
        }
    }

    fn end(&mut self, context: &mut dyn Context, _: &Arguments) -> Result<()> {
        self.batch.flush(context, &self.ports)
    }
}

impl Editing {
    fn edit_one(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let identity = arguments.required_text("Identity")?;
        let mut before = find_one(&*self.ports.directory, &identity).map_err(ErrorRecord::from)?;
        if self.batch.holds(&before.dn) {
            self.batch.flush(context, &self.ports)?;
            before = find_one(&*self.ports.directory, &identity).map_err(ErrorRecord::from)?;
        }
        let mut after = before.clone();
        (self.edit.change)(context, arguments, &mut after, &self.ports)?;
        if !context.should_process(&before.dn, None)? {
            return Ok(());
        }
        let output = arguments.switch("PassThru").then(|| (self.edit.view)(&after));
        let dn = before.dn.clone();
        if after == before {
            return output.map_or(Ok(()), |output| context.write(output));
        }
        let change = Change::Object {
            before: Some(Box::new(before)),
            after: Some(Box::new(after)),
        };
        self.batch.add(context, &self.ports, &dn, vec![change], output)
    }
}

/// The identity of cmdlets that act on an enabled user.
pub fn enabled_identity() -> ParameterBuilder {
    super::get_user::identity()
        .mandatory()
        .help("The user: SIP address, user principal name, DOMAIN\\name, display name or distinguished name.")
}
