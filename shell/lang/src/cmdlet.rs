//! The contract between the engine and a cmdlet.
//!
//! A [`Command`] is the description, made once; an [`Invocation`] is one place in one running pipeline. The engine
//! binds arguments, calls `begin` once, `process` for each input item (once without input) with the arguments bound
//! for that item, and `end` once. Items are pushed: [`Context::write`] hands an item to the next stage at once.

use std::sync::Arc;

use crate::error::{ErrorRecord, Interrupt, Result};
use crate::host::Host;
use crate::render::RenderSession;
use crate::session::Session;
use crate::signature::Signature;
use crate::value::Value;

/// A command that is compiled into the program.
pub trait Command: Send + Sync {
    /// What it is called, takes and gives.
    fn signature(&self) -> &Signature;
    /// A fresh invocation.
    fn invoke(&self) -> Box<dyn Invocation>;
}

/// One running cmdlet.
pub trait Invocation: Send {
    /// Before the first item. Pipeline-bound parameters are not there yet.
    fn begin(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let _ = (context, arguments);
        Ok(())
    }
    /// For each item of the pipeline, or once when nothing is piped in.
    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let _ = (context, arguments);
        Ok(())
    }
    /// After the last item.
    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let _ = (context, arguments);
        Ok(())
    }
}

/// The bound parameters, converted to their declared types.
#[derive(Clone, Default)]
pub struct Arguments {
    /// Parameter name (as declared) and value, in order of binding.
    pub bound: Vec<(Arc<str>, Value)>,
    /// The parameter set that was chosen.
    pub set: Option<Arc<str>>,
    /// The pipeline's current item, when there is one.
    pub input: Option<Value>,
    /// Where a test has the names of the parameters written down that the command asks for.
    pub asked: Option<Asked>,
}

/// The names of parameters that a command has asked for, in lower case.
pub type Asked = Arc<parking_lot::Mutex<std::collections::BTreeSet<String>>>;

impl Arguments {
    /// The value of a parameter, when it was given.
    pub fn get(&self, name: &str) -> Option<&Value> {
        if let Some(asked) = &self.asked {
            asked.lock().insert(name.to_ascii_lowercase());
        }
        self.bound
            .iter()
            .find(|(bound, _)| bound.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// Whether a parameter was given.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether a switch is on.
    pub fn switch(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Value::Switch(true) | Value::Bool(true)))
    }
}

/// A progress record (Write-Progress).
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// Tells several bars apart.
    pub id: i32,
    /// Tells bars of the same number from several sources apart.
    pub source: i64,
    /// The bar that this one belongs below.
    pub parent: Option<i32>,
    /// What is being done.
    pub activity: String,
    /// How it stands.
    pub status: String,
    /// 0 to 100, or unknown.
    pub percent: Option<u8>,
    /// Whether the bar goes away.
    pub completed: bool,
}

/// The engine as a running cmdlet sees it.
pub trait Context {
    /// Gives an item to the next stage. Arrays are one item here; see [`Context::write_all`].
    fn write(&mut self, value: Value) -> Result<()>;
    /// Gives the items of a collection one by one.
    fn write_all(&mut self, value: Value) -> Result<()>;
    /// Reports a non-terminating error; `-ErrorAction Stop` makes it a terminating one, hence the result.
    fn error(&mut self, record: ErrorRecord) -> Result<()>;
    /// A warning.
    fn warning(&mut self, text: &str) -> Result<()>;
    /// Verbose text.
    fn verbose(&mut self, text: &str) -> Result<()>;
    /// Debug text.
    fn debug(&mut self, text: &str) -> Result<()>;
    /// An information record (Write-Host and Write-Information).
    fn information(&mut self, value: Value, tags: &[&str]) -> Result<()>;
    /// Progress.
    fn progress(&mut self, progress: &Progress) -> Result<()>;
    /// Whether to go on: honours -WhatIf, -Confirm and the command's impact.
    fn should_process(&mut self, target: &str, action: Option<&str>) -> Result<bool>;
    /// The same for a command of high impact that was given `-Force`: asks only where `-Confirm` says so.
    fn should_process_forced(&mut self, target: &str, action: Option<&str>) -> Result<bool> {
        self.should_process(target, action)
    }
    /// Asks always, unless `-Force` made the caller skip the call.
    fn should_continue(&mut self, query: &str, caption: &str) -> Result<bool>;
    /// Runs a script block with `$_` set (when given) and gives its output back.
    fn invoke_block(
        &mut self,
        block: &Value,
        underscore: Option<Value>,
        arguments: &[Value],
    ) -> Result<Vec<Value>>;
    /// Runs a script block in a scope of its own with `$this`.
    fn invoke_with_this(&mut self, block: &Value, this: &Value, arguments: &[Value]) -> Result<Vec<Value>> {
        self.invoke_block(block, Some(this.clone()), arguments)
    }
    /// What Get-Member shows of the class that an object is an instance of; `None` for all else.
    fn class_members(&self, value: &Value, hidden: bool) -> Option<Vec<crate::members::MemberInfo>> {
        let _ = (value, hidden);
        None
    }
    /// A type that a script has defined.
    fn defined_type(&self, name: &str) -> Option<crate::types::Type> {
        let _ = name;
        None
    }
    /// As [`Context::invoke_block`]; an error that would end a statement of the block ends all of it, and is the result.
    fn invoke_guarded(
        &mut self,
        block: &Value,
        underscore: Option<Value>,
        arguments: &[Value],
    ) -> Result<Vec<Value>> {
        self.invoke_block(block, underscore, arguments)
    }
    /// Runs a command line of the language in the current scope and gives its output back.
    fn invoke_script(&mut self, script: &str) -> Result<Vec<Value>>;
    /// A variable, with scope prefixes.
    fn variable(&self, name: &str) -> Option<Value>;
    /// Sets a variable of the caller's scope.
    fn set_variable(&mut self, name: &str, value: Value) -> Result<()>;
    /// The name the command was called by.
    fn command_name(&self) -> &str;
    /// The outside world.
    fn host(&self) -> &dyn Host;
    /// The registered commands, for Get-Command and Get-Help.
    fn registry(&self) -> &crate::registry::Registry;
    /// Fails with [`crate::error::Interrupt::Stopped`] after Ctrl-C; long loops of a cmdlet call it.
    fn check_stop(&self) -> Result<()>;
    /// Lays values out as the console shows them, without colours, at a width.
    fn render(&mut self, values: &[Value], width: usize) -> Result<String>;
    /// A fresh format stream for a width, fed with [`Context::lay_out`].
    fn layout(&self, width: usize) -> Box<dyn RenderSession>;
    /// Lays one value out in a format stream and gives the text that can be shown already.
    fn lay_out(&mut self, layout: &mut Box<dyn RenderSession>, width: usize, value: &Value)
    -> Result<String>;
    /// The session's variables, functions, aliases, history; `None` where a cmdlet runs outside an engine.
    fn session(&mut self) -> Option<&mut dyn Session> {
        None
    }
    /// A member that Update-TypeData gave to all objects of one of these types.
    fn type_member(
        &self,
        type_names: &dyn Fn() -> Vec<Arc<str>>,
        name: &str,
    ) -> Option<(crate::value::MemberKind, Value)> {
        let _ = (type_names, name);
        None
    }
    /// The root of a drive that a script made of a folder.
    fn folder_drive(&self, name: &str) -> Option<Arc<str>> {
        let _ = name;
        None
    }
    /// The members that Update-TypeData gave to all objects of a value's types.
    fn added_members(&self, value: &Value) -> Vec<(Arc<str>, crate::value::MemberKind, Value)> {
        let _ = value;
        Vec::new()
    }
    /// What a cmdlet returns as its error when it has all the input it wants: stops the stages before it.
    fn enough(&self) -> Interrupt {
        Interrupt::Enough(0)
    }
    /// Whether items are piped in (InvocationInfo.ExpectingInput).
    fn expects_input(&self) -> bool {
        false
    }
    /// Runs a script block in the caller's scope; what it writes goes straight to this cmdlet's output.
    fn stream_block(&mut self, block: &Value, underscore: Option<Value>, arguments: &[Value]) -> Result<()> {
        for value in self.invoke_block(block, underscore, arguments)? {
            self.write(value)?;
        }
        Ok(())
    }
}
