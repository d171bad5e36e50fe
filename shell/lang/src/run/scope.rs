//! Variables and scopes.

use std::sync::Arc;

use crate::error::{Category, ErrorRecord, Result};
use crate::program::{Constraint, Layout, Var};
use crate::session::VariableOptions;
use crate::symbol::Symbol;
use crate::value::Value;

use super::{Frame, Machine};

/// What a variable has beside its value.
#[derive(Clone, Default)]
pub struct Attributes {
    /// Types and checks that each new value goes through.
    pub constraints: Option<Arc<Vec<Constraint>>>,
    /// ReadOnly, Constant …
    pub options: VariableOptions,
    /// What it is for.
    pub description: Option<Arc<str>>,
}

/// A variable in a slot; not there until it is written.
#[derive(Default)]
pub struct Slot {
    /// Its value.
    pub value: Value,
    /// Whether it was written.
    pub set: bool,
    /// What it has beside.
    pub attributes: Option<Box<Attributes>>,
}

/// A variable without a slot.
#[derive(Default)]
pub struct Variable {
    /// Its value.
    pub value: Value,
    /// What it has beside.
    pub attributes: Option<Box<Attributes>>,
}

/// A scope to look in, or the whole chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Frame(usize),
    Chain,
}

impl Machine {
    /// Opens a scope. It ends with [`Machine::leave`].
    pub(super) fn enter(
        &mut self,
        layout: &Arc<Layout>,
        parent: usize,
        source: &Arc<crate::ast::Source>,
    ) -> usize {
        let base = self.slots.len();
        self.slots.resize_with(base + layout.names.len(), Slot::default);
        let (strict, caller) = (self.frames[parent].strict, &self.frames[self.frame]);
        let call_site = Some((Arc::clone(&caller.source), caller.span));
        self.frames.push(Frame {
            base,
            layout: Arc::clone(layout),
            parent: parent as u32,
            extra: None,
            functions: None,
            is_script: false,
            is_call: true,
            name: None,
            invocation_name: None,
            source: Arc::clone(source),
            span: crate::ast::Span::default(),
            call_site,
            arguments: Vec::new(),
            bound: None,
            input: None,
            strict,
            advanced: None,
            method_out: None,
            block: Value::Null,
            module: None,
            entered_from: self.frame,
        });
        self.frames.len() - 1
    }

    /// Closes a scope and all above it.
    pub(super) fn leave(&mut self, frame: usize) {
        let base = self.frames[frame].base;
        for at in frame..self.frames.len() {
            if self.frames[at].module.is_some() {
                self.rest_module(at);
            } else if self.frames[at].functions.is_some() {
                self.epoch += 1;
            }
        }
        self.frames.truncate(frame);
        self.slots.truncate(base);
    }

    /// `$_` of the current scope.
    pub(super) fn underscore(&self) -> Value {
        let slot = &self.slots[self.frames[self.frame].base];
        if slot.set {
            slot.value.clone()
        } else {
            self.read_named(Symbol::UNDERSCORE).unwrap_or_default()
        }
    }

    /// Puts another `$_` in the current scope and gives the old one back.
    pub(super) fn swap_underscore(&mut self, value: Option<Value>) -> Option<Value> {
        let base = self.frames[self.frame].base;
        let slot = &mut self.slots[base];
        let old = slot.set.then(|| std::mem::take(&mut slot.value));
        match value {
            Some(value) => {
                slot.value = value;
                slot.set = true;
            }
            None => {
                slot.value = Value::Null;
                slot.set = false;
            }
        }
        old
    }

    /// A variable's value; unset is `$null`, or an error in strict mode.
    #[inline]
    pub(super) fn read(&mut self, variable: &Var) -> Result<Value> {
        if let Var::Slot(at, symbol) = variable {
            let slot = &self.slots[self.frames[self.frame].base + *at as usize];
            if slot.set {
                return Ok(slot.value.clone());
            }
            return self.read_or_null(*symbol);
        }
        self.read_elsewhere(variable)
    }

    fn read_elsewhere(&mut self, variable: &Var) -> Result<Value> {
        match variable {
            Var::Slot(_, symbol) | Var::Named(symbol) => self.read_or_null(*symbol),
            Var::Global(symbol) => self.read_in(0, *symbol),
            Var::Script(symbol) => self.read_in(self.script_frame(), *symbol),
            Var::Local(symbol) | Var::Private(symbol) => self.read_in(self.frame, *symbol),
            Var::Drive(drive, name) => self.read_drive(drive, name),
        }
    }

    fn read_in(&mut self, frame: usize, symbol: Symbol) -> Result<Value> {
        if let Some(value) = self.get_in(frame, symbol) {
            return Ok(value.clone());
        }
        if symbol.is_automatic()
            && let Some(value) = self.automatic(symbol)
        {
            return Ok(value);
        }
        self.unset(symbol)
    }

    fn read_or_null(&mut self, symbol: Symbol) -> Result<Value> {
        match self.read_named(symbol) {
            Some(value) => Ok(value),
            None => self.unset(symbol),
        }
    }

    fn unset(&self, symbol: Symbol) -> Result<Value> {
        if self.frames[self.frame].strict >= 10 {
            let name = symbol.name();
            return Err(ErrorRecord::new(
                "VariableIsUndefined",
                Category::InvalidOperation,
                format!("The variable '${name}' cannot be retrieved because it has not been set."),
            )
            .about(Value::str(&name))
            .into());
        }
        Ok(Value::Null)
    }

    /// A variable that is seen from the current scope.
    pub(super) fn read_named(&self, symbol: Symbol) -> Option<Value> {
        let mut frame = self.frame;
        loop {
            if let Some(value) = self.visible_in(frame, symbol) {
                return Some(value.clone());
            }
            if frame == 0 {
                break;
            }
            frame = self.frames[frame].parent as usize;
        }
        if symbol.is_automatic() {
            self.automatic(symbol)
        } else {
            None
        }
    }

    /// A variable of a frame, unless it is private to another than the current one.
    fn visible_in(&self, frame: usize, symbol: Symbol) -> Option<&Value> {
        let private = |attributes: &Option<Box<Attributes>>| {
            frame != self.frame
                && attributes
                    .as_ref()
                    .is_some_and(|attributes| attributes.options.private)
        };
        let scope = &self.frames[frame];
        if let Some(at) = scope.layout.slot(symbol) {
            let slot = &self.slots[scope.base + at];
            if slot.set && !private(&slot.attributes) {
                return Some(&slot.value);
            }
        }
        let variable = scope.extra.as_ref()?.get(&symbol)?;
        (!private(&variable.attributes)).then_some(&variable.value)
    }

    /// A variable of one frame.
    pub(super) fn get_in(&self, frame: usize, symbol: Symbol) -> Option<&Value> {
        let scope = &self.frames[frame];
        if let Some(at) = scope.layout.slot(symbol) {
            let slot = &self.slots[scope.base + at];
            if slot.set {
                return Some(&slot.value);
            }
        }
        scope.extra.as_ref()?.get(&symbol).map(|variable| &variable.value)
    }

    /// What a variable of one frame has beside its value.
    pub(super) fn attributes_in(&self, frame: usize, symbol: Symbol) -> Option<&Attributes> {
        let scope = &self.frames[frame];
        if let Some(at) = scope.layout.slot(symbol) {
            let slot = &self.slots[scope.base + at];
            if slot.set {
                return slot.attributes.as_deref();
            }
        }
        scope.extra.as_ref()?.get(&symbol)?.attributes.as_deref()
    }

    /// The frame that a variable is seen in.
    pub(super) fn frame_of(&self, symbol: Symbol) -> Option<usize> {
        let mut frame = self.frame;
        loop {
            if self.visible_in(frame, symbol).is_some() {
                return Some(frame);
            }
            if frame == 0 {
                return None;
            }
            frame = self.frames[frame].parent as usize;
        }
    }

    /// The scope that `$script:` means.
    pub(super) fn script_frame(&self) -> usize {
        let mut frame = self.frame;
        while !self.frames[frame].is_script && frame != 0 {
            frame = self.frames[frame].parent as usize;
        }
        frame
    }

    /// Writes a variable.
    #[inline]
    pub(super) fn write(&mut self, variable: &Var, value: Value) -> Result<()> {
        if let Var::Slot(at, _) = variable {
            let base = self.frames[self.frame].base;
            let slot = &mut self.slots[base + *at as usize];
            if slot.attributes.is_none() {
                slot.value = value;
                slot.set = true;
                return Ok(());
            }
        }
        self.write_elsewhere(variable, value)
    }

    fn write_elsewhere(&mut self, variable: &Var, value: Value) -> Result<()> {
        match variable {
            Var::Slot(_, symbol) | Var::Named(symbol) | Var::Local(symbol) => {
                self.write_in(self.frame, *symbol, value)
            }
            Var::Private(symbol) => {
                self.write_in(self.frame, *symbol, value)?;
                let options = VariableOptions {
                    private: true,
                    ..VariableOptions::default()
                };
                self.attributes_mut(self.frame, *symbol).options = options;
                Ok(())
            }
            Var::Global(symbol) => self.write_in(0, *symbol, value),
            Var::Script(symbol) => self.write_in(self.script_frame(), *symbol, value),
            Var::Drive(drive, name) => self.write_drive(drive, name, value),
        }
    }

    /// Writes a variable of a frame, through its types and checks.
    pub(super) fn write_in(&mut self, frame: usize, symbol: Symbol, value: Value) -> Result<()> {
        if matches!(
            symbol,
            Symbol::TRUE | Symbol::FALSE | Symbol::QUESTION | Symbol::HOME | Symbol::PID | Symbol::HOST
        ) {
            return Err(not_writable(symbol));
        }
        if symbol == Symbol::NULL {
            return Ok(());
        }
        let value = match self.attributes_in(frame, symbol).cloned() {
            None => value,
            Some(attributes) => {
                if attributes.options.read_only || attributes.options.constant {
                    return Err(not_writable(symbol));
                }
                match &attributes.constraints {
                    Some(constraints) => self
                        .constrain(value, constraints, symbol)
                        .map_err(not_transformed)?,
                    None => value,
                }
            }
        };
        self.put_in(frame, symbol, value);
        Ok(())
    }

    /// Writes a variable of a frame as it is.
    pub(super) fn put_in(&mut self, frame: usize, symbol: Symbol, value: Value) {
        let scope = &mut self.frames[frame];
        if let Some(at) = scope.layout.slot(symbol) {
            let slot = &mut self.slots[scope.base + at];
            slot.value = value;
            slot.set = true;
            return;
        }
        scope
            .extra
            .get_or_insert_default()
            .entry(symbol)
            .or_default()
            .value = value;
    }

    /// What a variable of a frame has beside its value, to change it.
    pub(super) fn attributes_mut(&mut self, frame: usize, symbol: Symbol) -> &mut Attributes {
        let scope = &mut self.frames[frame];
        if let Some(at) = scope.layout.slot(symbol) {
            return self.slots[scope.base + at].attributes.get_or_insert_default();
        }
        scope
            .extra
            .get_or_insert_default()
            .entry(symbol)
            .or_default()
            .attributes
            .get_or_insert_default()
    }

    /// Removes a variable of a frame; whether it was there.
    pub(super) fn remove_in(&mut self, frame: usize, symbol: Symbol) -> bool {
        let scope = &mut self.frames[frame];
        if let Some(at) = scope.layout.slot(symbol) {
            let slot = &mut self.slots[scope.base + at];
            let was = slot.set;
            *slot = Slot::default();
            if was {
                return true;
            }
        }
        scope
            .extra
            .as_mut()
            .is_some_and(|extra| extra.remove(&symbol).is_some())
    }

    /// All variables of a frame.
    pub(super) fn variables_in(&self, frame: usize) -> Vec<(Symbol, &Value, Option<&Attributes>)> {
        let scope = &self.frames[frame];
        let slots = scope.layout.names.iter().enumerate().filter_map(|(at, symbol)| {
            let slot = &self.slots[scope.base + at];
            slot.set
                .then_some((*symbol, &slot.value, slot.attributes.as_deref()))
        });
        let extra = scope.extra.iter().flat_map(|extra| {
            extra
                .iter()
                .map(|(symbol, variable)| (*symbol, &variable.value, variable.attributes.as_deref()))
        });
        slots.chain(extra).collect()
    }

    /// A function by name, from the current scope outwards.
    pub(super) fn function(&self, symbol: Symbol) -> Option<Value> {
        let mut frame = self.frame;
        loop {
            let scope = &self.frames[frame];
            if let Some(block) = scope
                .functions
                .as_ref()
                .and_then(|functions| functions.get(&symbol))
            {
                return Some(block.clone());
            }
            if frame == 0 {
                return None;
            }
            frame = scope.parent as usize;
        }
    }

    /// Defines a function in a scope.
    pub(super) fn define_function(&mut self, frame: usize, name: &str, block: Value) {
        self.frames[frame]
            .functions
            .get_or_insert_default()
            .insert(Symbol::of(name), block);
        self.epoch += 1;
    }

    fn read_drive(&mut self, drive: &str, name: &str) -> Result<Value> {
        Ok(match drive {
            "env" => self.host.env(name).map_or(Value::Null, Value::from),
            "function" => Symbol::find(name)
                .and_then(|symbol| self.function(symbol))
                .unwrap_or_default(),
            "alias" => self
                .aliases
                .get(&name.to_lowercase())
                .map_or(Value::Null, Value::from),
            "variable" => Symbol::find(name)
                .and_then(|symbol| self.read_named(symbol))
                .unwrap_or_default(),
            _ => match self.host.read_file(&format!("{drive}:{name}")) {
                Ok(bytes) => Value::from(String::from_utf8_lossy(&bytes).into_owned()),
                Err(_) => Value::Null,
            },
        })
    }

    fn write_drive(&mut self, drive: &str, name: &str, value: Value) -> Result<()> {
        match drive {
            "env" => {
                let text = value.to_text();
                self.host
                    .set_env(name, (!text.is_empty()).then_some(text.as_str()));
            }
            "function" => {
                let block = match &value {
                    Value::Block(_) => value,
                    other => self.parse_block(&other.to_text(), None)?,
                };
                self.define_function(self.frame, name, block);
            }
            "alias" => self.put_alias(name, &value.to_text()),
            "variable" => self.write_in(self.frame, Symbol::of(name), value)?,
            _ => {
                return Err(ErrorRecord::new(
                    "DriveNotFound",
                    Category::ObjectNotFound,
                    format!("Cannot find drive. A drive with the name '{drive}' does not exist."),
                )
                .about(Value::str(drive))
                .exception("System.Management.Automation.DriveNotFoundException")
                .into());
            }
        }
        Ok(())
    }

    pub(super) fn put_alias(&mut self, name: &str, definition: &str) {
        self.alias_names.insert(name.to_lowercase(), Arc::from(name));
        self.alias_details.remove(&name.to_lowercase());
        self.aliases.insert(name.to_lowercase(), Arc::from(definition));
        self.epoch += 1;
    }

    /// The place that a cmdlet's `-Scope` names.
    pub(super) fn place(&self, scope: Option<&str>) -> Result<Place> {
        let Some(scope) = scope else {
            return Ok(Place::Chain);
        };
        let up = match scope.to_ascii_lowercase().as_str() {
            "global" => return Ok(Place::Frame(0)),
            "script" => return Ok(Place::Frame(self.script_frame())),
            "local" | "private" => 0,
            number => number.parse::<usize>().map_err(|_| {
                ErrorRecord::new(
                    "Argument",
                    Category::InvalidArgument,
                    format!("The scope '{scope}' is neither Global, Local, Script nor a number of levels."),
                )
            })?,
        };
        let mut frame = self.frame;
        for _ in 0..up {
            if frame == 0 {
                return Err(ErrorRecord::new(
                    "ArgumentOutOfRange",
                    Category::InvalidArgument,
                    format!("The scope number '{up}' exceeds the number of active scopes."),
                )
                .into());
            }
            frame = self.frames[frame].parent as usize;
        }
        Ok(Place::Frame(frame))
    }
}

/// A variable's own type refuses a later value in other words than a cast does.
fn not_transformed(interrupt: crate::error::Interrupt) -> crate::error::Interrupt {
    let crate::error::Interrupt::Error(mut record) = interrupt else {
        return interrupt;
    };
    let is_cast = |inner: &Arc<ErrorRecord>| inner.exception_type.ends_with(".PSInvalidCastException");
    if record.inner.as_ref().is_some_and(is_cast) {
        "RuntimeException".clone_into(&mut record.id);
        record.category = Category::MetadataError;
        record.exception_type =
            Arc::from("System.Management.Automation.ArgumentTransformationMetadataException");
    }
    crate::error::Interrupt::Error(record)
}

fn not_writable(symbol: Symbol) -> crate::error::Interrupt {
    let name = symbol.name();
    ErrorRecord::new(
        "VariableNotWritable",
        Category::WriteError,
        format!("Cannot overwrite variable {name} because it is read-only or constant."),
    )
    .about(Value::str(&name))
    .exception("System.Management.Automation.SessionStateUnauthorizedAccessException")
    .into()
}
